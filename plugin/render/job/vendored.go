package job

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Vendored has what was fetched before: see vendored.Dir.
type Vendored interface {
	Find(r vendored.Request) (vendored.Found, error)
}

// Need asks for what a file of the tree needs from elsewhere. The code of the error is
// checkout.Remote if it was not fetched.
func (c *Collector) Need(n vendored.Need, file string) (vendored.Found, error) {
	r := vendored.Request{Need: n, At: dupcheck.Position{File: Shown(path.Join(c.At, file)), Origin: c.origin}, Target: c.by}
	if c.vendored == nil {
		return (*vendored.Dir)(nil).Find(r)
	}
	return c.vendored.Find(r)
}

// elsewhere is where the files of other trees are in a job. No file of the tree itself
// has such a name.
const elsewhere = "../vendored/"

// notShown is what is not left in the names of files of other trees.
var notShown = regexp.MustCompile(`[^A-Za-z0-9._@/:-]+|\.\.+|//+`)

// Elsewhere is the directory in a job for the files of what was fetched. It is another
// one for each digest.
func Elsewhere(f vendored.Found) string {
	const enough = 16
	e := f.Entry
	name := checkout.Locate(e.URL).String()
	if e.Name != "" {
		name += "/" + e.Name
	}
	if e.Kind != vendored.File {
		version := e.Version
		if version == "" {
			version = e.Resolved[:min(len(e.Resolved), enough)]
		}
		name += "@" + strings.ReplaceAll(version, "/", "-")
	}
	return path.Join(elsewhere+e.SHA256[:min(len(e.SHA256), enough)], notShown.ReplaceAllString(name, "_"))
}

// Shown is the name of a file of a job as people know it: of one from elsewhere it
// says where it is from.
func Shown(file string) string {
	if below, ok := strings.CutPrefix(file, elsewhere); ok {
		_, file, _ = strings.Cut(below, "/")
	}
	return file
}

// Named returns the name of a file of a job, as a part of a reason.
func Named(file string) checkout.Reason {
	if IsElsewhere(file) {
		return checkout.Text(dupcheck.Quote(Shown(file)))
	}
	return checkout.Named(file)
}

// About says which file of a job an error is about. It returns nil for nil.
func About(file string, err error) error { return checkout.Wrap(err, "%s", Named(file)) }

// Foreign returns an error about files of a part as one of the target: its files are not
// in the tree.
func (c *Collector) Foreign(err error) error {
	return checkout.NamedBy(err, func(file string) string { return Shown(path.Join(c.At, file)) })
}

// IsElsewhere says whether a file of a job is not of the tree, but was fetched.
func IsElsewhere(file string) bool { return strings.HasPrefix(file, elsewhere) }

// Part returns a collector for a part of the target that is in the tree of another
// repository, of which the files are to be in a directory of the job. Take adds what it has collected.
func (c *Collector) Part(t *checkout.Tree, at, url string) *Collector {
	part := NewCollector(t, Target{Target: checkout.Target{Kind: c.Job.Kind}, Kustomize: Kustomize{Flux: c.Job.Kustomize.Flux}, Helm: c.Job.Helm, Vendored: c.vendored})
	part.At, part.origin, part.by = at, checkout.WithoutPassword(url), c.by
	return part
}

// Take adds what a part has collected. It may be called again when there is more.
func (c *Collector) Take(part *Collector) error {
	in := func(name string) string {
		if IsElsewhere(name) {
			return name
		}
		return path.Join(part.At, name)
	}
	for _, name := range slices.Sorted(maps.Keys(part.Job.Files)) {
		if _, there := c.Job.Files[in(name)]; there {
			continue
		}
		if err := c.Put(in(name), func() ([]byte, error) { return part.Job.Files[name], nil }); err != nil {
			return err
		}
	}
	for as, file := range part.Job.Moved {
		c.Job.Moved[in(as)] = in(file)
	}
	for name, r := range part.Job.Rewrites {
		for i := range r.Configs {
			r.Configs[i] = in(r.Configs[i])
		}
		c.Job.Rewrites[in(name)] = r
	}
	for _, chart := range part.Job.Charts {
		chart.Dir, chart.File, chart.By = in(chart.Dir), in(chart.File), in(chart.By)
		if chart.Values != "" {
			chart.Values = in(chart.Values)
		}
		for i := range chart.Helm.Values {
			chart.Helm.Values[i] = in(chart.Helm.Values[i])
		}
		c.Job.Charts = append(c.Job.Charts, chart)
	}
	for _, name := range part.Job.Manifests {
		c.Job.Manifests = append(c.Job.Manifests, in(name))
	}
	part.Job.Charts, part.Job.Manifests = nil, nil
	return nil
}
