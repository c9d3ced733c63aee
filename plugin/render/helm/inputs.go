// Package helm renders charts by running the helm command over a copy of the
// chart. helm connects to nothing then: "lookup" finds nothing, and what the chart
// depends on is there.
//
// It is v0: the API may change in any minor release, as the changelog says.
package helm

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Limits of one chart: how deep charts may refer to each other, and the files of
// all of them.
const (
	mostCharts     = 8
	mostChartFiles = 50_000
)

// parameterName is what a value that is the content of a file may be called.
var parameterName = regexp.MustCompile(`^[A-Za-z0-9_./\\\[\]-]+$`)

// Renderer renders charts.
type Renderer struct{}

// Collect is that of job.Renderer.
func (Renderer) Collect(c *job.Collector) error {
	if c.Job.Helm.Command == "" {
		c.InputsOnly = true
		_ = CollectChart(c, c.Job.Dir) // the reason is that there is no helm
		return checkout.Errorf(checkout.NeedsHelm, "a Helm chart, which only the helm command renders")
	}
	if err := CollectChart(c, c.Job.Dir); err != nil {
		return err
	}
	files := slices.Clone(c.Job.Helm.Values)
	for _, v := range c.Job.Helm.Set {
		if v.File {
			if !parameterName.MatchString(v.Name) { // helm would take a comma for another file
				return checkout.Errorf(checkout.Invalid, "the name of a parameter that is a file is none: %s", dupcheck.QuoteBrief(v.Name))
			}
			files = append(files, v.Value)
		}
	}
	for name, data := range c.Job.Helm.Given {
		if err := c.Put(name, func() ([]byte, error) { return data, nil }); err != nil {
			return err
		}
	}
	c.Job.Helm.Given = nil // they are among the files
	return c.AddAll(files...)
}

// CollectChart adds the files of the chart in a directory, and of all charts that it
// brings along, or says why that cannot be done.
func CollectChart(c *job.Collector, dir string) error {
	i := inputs{Collector: c, vendored: map[string]bool{}}
	return i.chart(dir, dir, 0)
}

// inputs collects what Helm reads.
type inputs struct {
	*job.Collector
	vendored map[string]bool // directories of charts in the charts directory of another
}

// chart adds the files of the chart in a directory as if they were in another one.
func (c *inputs) chart(dir, as string, depth int) error {
	err := c.directory(place{dir, dir, 0}, dir, as)
	if err != nil && !c.InputsOnly {
		return err
	}
	return checkout.Both(err, c.dependencies(dir, as, depth))
}

// place is a directory of a chart that is walked: where it really is, which
// is elsewhere in the chart behind a link.
type place struct {
	top, real string
	links     int
}

// mostLinks is how many links to directories there may be in one path.
const mostLinks = 8

// directory adds the files of a directory of a chart, seen at a path, as if they
// were at another one. Links are followed as helm follows them, as long as they
// stay inside of the chart.
func (c *inputs) directory(w place, at, as string) (failed error) {
	entries, err := fs.ReadDir(c.FS(), w.real)
	if err != nil {
		return checkout.Errorf(checkout.Unreadable, "%s cannot be read", checkout.Named(at))
	}
	for _, e := range entries {
		next, kind := place{w.top, path.Join(w.real, e.Name()), w.links}, e.Type()
		at, as := path.Join(at, e.Name()), path.Join(as, e.Name())
		if kind&fs.ModeSymlink != 0 {
			if next, kind, err = c.follow(next); err != nil {
				failed = checkout.Both(failed, checkout.About(at, err))
				continue
			}
		}
		switch {
		case !kind.IsDir():
			failed = checkout.Both(failed, checkout.About(at, c.file(next.real, as, roleOf(strings.TrimPrefix(at, w.top+"/")))))
		case !strings.HasPrefix(e.Name(), "."):
			failed = checkout.Both(failed, c.directory(next, at, as))
		}
	}
	return failed
}

// follow returns where a link inside of a chart leads.
func (c *inputs) follow(w place) (_ place, kind fs.FileMode, _ error) {
	leads := func(where string) (place, fs.FileMode, error) {
		return w, 0, checkout.Errorf(checkout.Outside, "it %s", where)
	}
	from := w.real
	for hops := 0; hops < mostLinks && w.links < mostLinks; hops++ {
		to, err := fs.ReadLink(c.FS(), w.real)
		if err != nil {
			return leads("is a symbolic link that cannot be read")
		}
		if w.real = path.Join(path.Dir(w.real), to); path.IsAbs(to) || !checkout.Below(w.real, w.top) || c.Linked(path.Dir(w.real)) {
			return leads("is a symbolic link that leaves the chart")
		}
		info, err := fs.Lstat(c.FS(), w.real)
		switch {
		case err != nil:
			return leads("is a symbolic link to nothing")
		case info.IsDir() && checkout.Below(from, w.real):
			return leads("is a symbolic link to a directory that it is in")
		case info.Mode()&fs.ModeSymlink == 0:
			w.links++
			return w, info.Mode().Type(), nil
		}
	}
	return leads("leads through too many symbolic links")
}

// roleOf is what Helm does with a file of a chart, by its path there.
func roleOf(name string) job.Role {
	for {
		_, below, isBrought := strings.Cut(strings.TrimPrefix(name, "charts/"), "/")
		if !isBrought || !strings.HasPrefix(name, "charts/") {
			break
		}
		name = below
	}
	switch dir, _, isDir := strings.Cut(name, "/"); {
	case isDir && (dir == "templates" || dir == "crds"):
		return job.Template
	case checkout.IsChartSetting(name):
		return job.Setting
	}
	return job.Data
}

// file adds a file as if it were elsewhere.
func (c *inputs) file(file, as string, role job.Role) error {
	c.Note(file, role)
	c.vendor(as)
	if c.InputsOnly {
		return nil
	}
	if _, there := c.Job.Files[as]; there && as != file {
		if c.Job.Moved[as] == file {
			return nil // it is in the job for another one
		}
		return checkout.Errorf(checkout.Refused, "there is another %s", job.Named(as))
	}
	if err := c.Add(file); err != nil {
		return err
	}
	if len(c.Job.Files) > mostChartFiles {
		return checkout.Errorf(checkout.TooLarge, "the chart has more than %d files", mostChartFiles)
	}
	if as == file {
		return nil
	}
	c.Job.Moved[as] = file
	return c.Put(as, func() ([]byte, error) { return c.Job.Files[file], nil })
}

// vendor notes which charts of charts directories a file belongs to.
func (c *inputs) vendor(file string) {
	const charts = "/charts/"
	for at := strings.Index(file, charts); at >= 0; {
		dir := file[:at+len(charts)]
		name, _, isDir := strings.Cut(file[len(dir):], "/")
		if isDir {
			c.vendored[dir+name] = true
		} else if name, ok := strings.CutSuffix(name, ".tgz"); ok {
			for i := range name { // where the version begins is not said
				if name[i] == '-' {
					c.vendored[dir+name[:i]] = true
				}
			}
		}
		next := strings.Index(file[len(dir):], charts)
		if next < 0 {
			return
		}
		at = len(dir) + next
	}
}

// dependencies sees to it that everything a chart refers to is in its charts
// directory. Charts of the tree are put there, as helm dependency build does.
func (c *inputs) dependencies(dir, as string, depth int) (failed error) {
	if depth == mostCharts {
		return checkout.Errorf(checkout.TooLarge, "charts refer to each other more than %d times", mostCharts)
	}
	list, err := checkout.ReadChart(c.FS(), dir)
	if err != nil {
		return err
	}
	for _, d := range list.Dependencies {
		target, found, err := c.dependency(dir, as, d)
		switch in := path.Join(as, "charts", d.Name); {
		case err != nil:
			err = checkout.About(path.Join(dir, d.File), err)
		case found.FS != nil:
			err = c.fetched(found, in)
		case target != "":
			err = c.chart(target, in, depth+1)
		}
		failed = checkout.Both(failed, err)
	}
	return failed
}

// dependency returns where in the tree a dependency is, or what was fetched of it,
// neither if it is in the charts directory already, or why it is nowhere.
func (c *inputs) dependency(dir, as string, d checkout.ChartDependency) (target string, found vendored.Found, err error) {
	if d.Name == "" || strings.ContainsAny(d.Name, "/\\") || strings.HasPrefix(d.Name, ".") {
		return "", found, checkout.Errorf(checkout.Invalid, "a dependency has an invalid name")
	}
	if c.vendored[path.Join(as, "charts", d.Name)] {
		return "", found, nil
	}
	target, local := d.Local(dir)
	if !local && strings.Contains(d.Repository, "://") { // and no name that is known where helm runs
		found, err = c.Need(vendored.Need{Kind: vendored.Chart, URL: d.Repository, Name: d.Name, Version: d.Version}, path.Join(dir, d.File))
		if checkout.CodeOf(err) != checkout.Remote {
			return "", found, err
		}
	}
	switch {
	case !local:
		return "", found, checkout.Errorf(checkout.Remote, "the dependency %s is not in charts/, and kuniq fetches nothing: helm dependency build gets it", dupcheck.QuoteAlways(d.Name))
	case !fs.ValidPath(target) || !checkout.HasChart(c.FS(), target):
		return "", found, checkout.Errorf(checkout.Missing, "the dependency %s is in no checked directory", dupcheck.QuoteAlways(d.Name))
	}
	return target, found, nil
}

// CollectFetched adds the files of a chart that was fetched, and returns its directory
// in the job. It has its dependencies inside: helm packs a chart with them.
func CollectFetched(c *job.Collector, f vendored.Found) (dir string, err error) {
	dir = job.Elsewhere(f)
	i := inputs{Collector: c}
	return dir, i.fetched(f, dir)
}

// fetched adds the files of a chart that was fetched as if they were in a directory.
func (c *inputs) fetched(f vendored.Found, as string) error {
	return fs.WalkDir(f.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || c.InputsOnly {
			return err
		}
		file := path.Join(as, name)
		if len(c.Job.Files) > mostChartFiles {
			return checkout.Errorf(checkout.TooLarge, "the chart has more than %d files", mostChartFiles)
		}
		if from := path.Join(job.Elsewhere(f), name); from != file {
			c.Job.Moved[file] = from
		}
		return c.Put(file, func() ([]byte, error) { return fs.ReadFile(f.FS, name) })
	})
}
