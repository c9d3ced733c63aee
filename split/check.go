package split

import (
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// The rules of Check.
const (
	// SeveralObjects: a file holds more than one object.
	SeveralObjects dupcheck.Rule = "several-objects"
	// WrongFileName: a file is not called after the object in it.
	WrongFileName dupcheck.Rule = "wrong-file-name"
)

// Checked is a file for Check.
type Checked struct {
	Input
	// Set is the deployable set in which the object must be unique.
	Set string
}

// Check reports files that differ from the result of a split: one object per file, and
// the file named after it. It also reports the findings of a check of all files together,
// above all duplicates. The names that it expects are those of Name for the files of one
// directory; any of the endings .yaml, .yml and .json is right. It skips files without an
// object.
func Check(files []Checked, o Options) dupcheck.Report {
	c := naming{options: o, checker: dupcheck.Checker{Rules: o.Rules}}
	for _, f := range files {
		c.read(f)
	}
	report := c.checker.Report()
	report.Files = len(files)
	report.Unread = append(c.unread, report.Unread...)
	report, _ = report.Without(o.Ignore)
	report.Diagnostics = append(report.Diagnostics, c.misnamed()...)
	report.Diagnostics = append(report.Diagnostics, c.several...)
	slices.SortStableFunc(report.Diagnostics, func(a, b dupcheck.Diagnostic) int {
		return comparePlaces(lastPlace(a), lastPlace(b))
	})
	return report
}

func lastPlace(d dupcheck.Diagnostic) dupcheck.Position {
	return d.Declarations[len(d.Declarations)-1].Position
}

// naming collects the files that hold one object.
type naming struct {
	options Options
	checker dupcheck.Checker
	objects int
	single  []namedFile
	several []dupcheck.Diagnostic
	unread  []dupcheck.Unread
}

type namedFile struct {
	file    string
	object  int // among the checker's
	subject Subject
	place   dupcheck.Declaration
}

func (c *naming) read(f Checked) {
	text, _, err := manifest.Decode(f.Data)
	if err != nil {
		c.unread = append(c.unread, dupcheck.Unread{File: f.Name, Reason: err.Error()})
		return
	}
	var objects []dupcheck.Object
	for o, err := range manifest.Parse(f.Name, text) {
		if u, ok := err.(*dupcheck.Unread); ok {
			c.unread = append(c.unread, *u)
			continue
		}
		o.Set = f.Set
		c.checker.Add(o)
		if !o.Placeholder {
			objects = append(objects, o)
		}
		c.objects++
	}
	switch {
	case len(objects) == 1 && objects[0].At.Path == "" && !objects[0].Unnamed:
		o := objects[0]
		s := subjectOf(&o)
		s.Content = sha256.Sum256(f.Data)
		c.single = append(c.single, namedFile{f.Name, c.objects - 1, s, declared(&o)})
	case len(objects) > 1:
		d := dupcheck.Diagnostic{
			Rule: SeveralObjects, Severity: dupcheck.Error, Set: f.Set,
			Message: fmt.Sprintf("%s holds %d objects", dupcheck.Quote(path.Base(f.Name)), len(objects)),
			Advice:  "give each object a file of its own (kuniq split, kuniq migrate)",
		}
		for _, o := range objects {
			d.Declarations = append(d.Declarations, declared(&o))
		}
		c.several = append(c.several, d)
	}
}

func declared(o *dupcheck.Object) dupcheck.Declaration {
	return dupcheck.Declaration{
		Position: o.At, APIVersion: o.APIVersion, Kind: o.Kind,
		Namespace: o.Namespace, Name: o.Name, GenerateName: o.GenerateName,
	}
}

// misnamed compares the files of each directory with their right names.
func (c *naming) misnamed() []dupcheck.Diagnostic {
	ids := c.checker.IDs()
	groups := map[string][]int{}
	for i := range c.single {
		f := &c.single[i]
		f.subject.ID = ids[f.object]
		dir := path.Dir(f.file)
		if c.options.Layout.makesDirectories() {
			dir = ""
		}
		groups[dir] = append(groups[dir], i)
	}
	var out []dupcheck.Diagnostic
	for _, group := range groups {
		names, refusals := c.rightNames(group)
		for _, r := range refusals {
			out = append(out, dupcheck.Diagnostic{
				Rule: WrongFileName, Severity: dupcheck.Error, Message: r.Reason,
				Advice: "use a layout that tells them apart", Declarations: []dupcheck.Declaration{{Position: r.At}},
			})
		}
		for _, i := range group {
			if want, ok := names[c.single[i].key()]; ok {
				if d, wrong := c.single[i].compare(want, c.options.Extension); wrong {
					out = append(out, d)
				}
			}
		}
	}
	return out
}

// rightNames returns the names of the objects of a directory. An object that is there
// twice is named once: a copied file has the right name of the other.
func (c *naming) rightNames(group []int) (map[string]string, []Refusal) {
	var subjects []Subject
	var keys []string
	seen := map[string]bool{}
	for _, i := range group {
		f := &c.single[i]
		if key := f.key(); !seen[key] {
			seen[key] = true
			keys, subjects = append(keys, key), append(subjects, f.subject)
		}
	}
	out := map[string]string{}
	names, refusals := Name(subjects, c.options.Layout, c.options.Extension)
	if len(refusals) > 0 {
		return out, refusals // a template that names two objects alike
	}
	for i, key := range keys {
		out[key] = names[i]
	}
	return out, nil
}

// key tells objects apart, also those without an identity.
func (f *namedFile) key() string {
	if f.subject.anonymous() {
		return f.file
	}
	return f.subject.ID.String()
}

func (f *namedFile) compare(want, extension string) (dupcheck.Diagnostic, bool) {
	if extension == "" {
		extension = ".yaml"
	}
	stem := strings.TrimSuffix(want, extension)
	for _, ending := range []string{extension, ".yaml", ".yml", ".json"} {
		if f.file == stem+ending || strings.HasSuffix(f.file, "/"+stem+ending) {
			return dupcheck.Diagnostic{}, false
		}
	}
	return dupcheck.Diagnostic{
		Rule: WrongFileName, Severity: dupcheck.Error, ID: known(f.subject.ID),
		Message: fmt.Sprintf("the object in %s belongs in a file called %s",
			dupcheck.Quote(path.Base(f.file)), dupcheck.Quote(want)),
		Advice:       "rename the file, or the object in it if it was copied from another one",
		Declarations: []dupcheck.Declaration{f.place},
	}, true
}

// makesDirectories says whether names may have slashes.
func (l Layout) makesDirectories() bool {
	return l.custom != nil || l.name == layoutKpt || l.name == layoutNamespaces
}
