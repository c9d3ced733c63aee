package krmfn

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/split"
)

// separate runs OneObjectPerFile. Two declarations of one object would share a file, so
// it refuses them.
func (c *config) separate(l *list) (Outcome, error) {
	checked := c.check(l)
	out := Outcome{Log: logOf(checked.report, checked.left), Code: codeOf(checked.report)}
	switch out.Code {
	case NoWork:
		return out, nil
	case Findings:
		out.Output = l.failed(checked.report)
		return out, nil
	}
	p, err := readPackage(l)
	if err != nil {
		return Outcome{}, err
	}
	if err := p.move(c, checked); err != nil {
		return Outcome{}, err
	}
	if out.Output, err = p.write(l); err != nil {
		return Outcome{}, err
	}
	out.Log = report.Details(checked.report) + p.stale() + fmt.Sprintf("kuniq: %s in %s, %s left in place\n",
		report.Count(checked.report.Objects, "object"), report.Count(len(p.files), "file"), report.Count(len(l.items)-len(p.files), "item"))
	return out, nil
}

// pack is a package whose items are to be moved.
type pack struct {
	reader kio.ByteReader
	nodes  []*yaml.RNode
	paths  []string       // of the nodes, in the order of the input
	files  map[int]string // new paths, by item
}

// readPackage reads the items again with kyaml, because changed items have to be encoded
// again.
func readPackage(l *list) (*pack, error) {
	p := &pack{files: map[int]string{}}
	p.reader = kio.ByteReader{Reader: bytes.NewReader(l.text), OmitReaderAnnotations: true}
	var err error
	if p.nodes, err = p.reader.Read(); err != nil || len(p.nodes) != len(l.items) {
		return nil, noWorkf("kyaml cannot read the ResourceList")
	}
	for _, n := range p.nodes {
		name, _, _ := kioutil.GetFileAnnotations(n) // fails if there are no annotations
		p.paths = append(p.paths, name)
	}
	return p, nil
}

// move gives every object a file. Names are made directory by directory, as
// kuniq split --check looks at them.
func (p *pack) move(c *config, checked checked) error {
	groups := map[string][]int{} // indexes of checked.objects
	for n, o := range checked.objects {
		if o.movable && checked.ids[n].Kind != "" {
			dir := c.directory
			if dir == "" {
				dir = directoryOf(p.paths[o.item])
			}
			groups[dir] = append(groups[dir], n)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(groups)) {
		subjects := make([]split.Subject, len(groups[dir]))
		for i, n := range groups[dir] {
			subjects[i] = subject(&checked.objects[n].Object, checked.ids[n])
		}
		names, refusals := split.Name(subjects, c.layout, ".yaml")
		if len(refusals) > 0 {
			return badConfigf("functionConfig: the layout cannot be used: %s: %s",
				placeName(refusals[0].At), refusals[0].Reason)
		}
		for i, n := range groups[dir] {
			if path.Dir(names[i]) != "." && c.directory == "" {
				return badConfigf(`functionConfig: a layout with directories needs a directory, such as "."`)
			}
			p.files[checked.objects[n].item] = path.Join(dir, names[i])
		}
	}
	return p.collide()
}

// directoryOf keeps an object in its directory: in its package of several, and with the
// kustomization beside it.
func directoryOf(name string) string {
	if dir := path.Dir(path.Clean(name)); name != "" && fs.ValidPath(dir) {
		return dir
	}
	return "."
}

// collide refuses a new name that an item has which stays in its place.
func (p *pack) collide() error {
	taken := map[string]bool{}
	for _, name := range p.files {
		taken[fold.String(name)] = true
	}
	for i, name := range p.paths {
		if _, moved := p.files[i]; !moved && name != "" && taken[fold.String(path.Clean(name))] {
			return &failure{Findings, fmt.Sprintf("%s would be shared with an item that stays there", dupcheck.Quote(name))}
		}
	}
	return nil
}

// subject is the input for the name of an object.
func subject(o *dupcheck.Object, id dupcheck.ID) split.Subject {
	s := split.Subject{
		ID: id, APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name,
		GenerateName: o.GenerateName, At: o.At,
	}
	if o.Body == nil {
		return s
	}
	s.Value = o.Body.Value
	if id.Name == "" || id.HasVariable() {
		// A hash of the content and not of the bytes, which name the place of the object.
		if v, err := o.Body.Value(); err == nil {
			text, _ := json.Marshal(v)
			s.Content = sha256.Sum256(text)
		}
	}
	return s
}

// write returns the list with the new paths. A list in which nothing moves is returned
// byte for byte.
func (p *pack) write(l *list) ([]byte, error) {
	changed := false
	for i, name := range p.files {
		for _, a := range []struct{ key, value string }{
			{kioutil.PathAnnotation, name},
			{legacyPathAnnotation, name},
			{kioutil.IndexAnnotation, "0"},
			{legacyIndexAnnotation, "0"},
		} {
			if p.nodes[i].GetAnnotations(a.key)[a.key] == a.value {
				continue
			}
			changed = true
			if err := p.nodes[i].PipeE(yaml.SetAnnotation(a.key, a.value)); err != nil {
				return nil, noWorkf("%s cannot be annotated", ordinal(i))
			}
		}
	}
	if !changed {
		return l.text, nil
	}
	var b bytes.Buffer
	w := kio.ByteWriter{
		Writer: &b, KeepReaderAnnotations: true, FunctionConfig: p.reader.FunctionConfig,
		WrappingKind: p.reader.WrappingKind, WrappingAPIVersion: p.reader.WrappingAPIVersion,
	}
	if err := w.Write(p.nodes); err != nil {
		return nil, noWorkf("kyaml cannot write the ResourceList")
	}
	return b.Bytes(), p.verify(l, b.Bytes())
}

// verify makes sure that the encoder lost and changed no object, and that each has its
// new path. kyaml does lose values that items share by an alias.
func (p *pack) verify(before *list, text []byte) error {
	after, err := read(text)
	if err != nil || len(after.items) != len(before.items) {
		return noWorkf("the output of kyaml cannot be read again")
	}
	left := mostValues + 2*len(text)
	for i, was := range before.items {
		is := after.items[i]
		if !slices.EqualFunc(was.objects, is.objects, func(a, b dupcheck.Object) bool { return sameObject(&a, &b, &left) }) {
			return noWorkf("%s would be another object after kyaml wrote it", ordinal(i))
		}
		want := was.from
		if name, moved := p.files[i]; moved {
			want.path, want.index = name, 0
		}
		if want != is.from {
			return noWorkf("%s would be in another file after kyaml wrote it", ordinal(i))
		}
	}
	return nil
}

// sameObject compares identities and contents. Contents that cannot be compared
// count as different.
func sameObject(a, b *dupcheck.Object, left *int) bool {
	if a.APIVersion != b.APIVersion || a.Kind != b.Kind || a.Namespace != b.Namespace ||
		a.Name != b.Name || a.GenerateName != b.GenerateName || (a.Body == nil) != (b.Body == nil) {
		return false
	}
	if a.Body == nil {
		return true
	}
	x, err := ownBody{a.Body, left}.Value()
	y, err2 := ownBody{b.Body, left}.Value()
	if err != nil || err2 != nil {
		return false
	}
	// As text, for the numbers of a list in JSON are of another type.
	was, err := json.Marshal(x)
	is, err2 := json.Marshal(y)
	return err == nil && err2 == nil && bytes.Equal(was, is)
}

// stale warns of kustomizations that name files which are gone.
func (p *pack) stale() (log string) {
	gone := map[string]bool{} // directories
	for i, name := range p.files {
		if p.paths[i] != "" && path.Clean(p.paths[i]) != name {
			gone[path.Dir(path.Clean(p.paths[i]))] = true
		}
	}
	for _, name := range p.paths {
		if manifest.IsKustomization(name) && gone[path.Dir(path.Clean(name))] {
			log += fmt.Sprintf("kuniq: warning: %s may list files that are gone\n", report.Sentence(relative(name)))
		}
	}
	return log
}
