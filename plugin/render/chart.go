package render

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Limits of one chart: how deep charts may refer to each other, and the files of
// all of them.
const (
	mostCharts     = 8
	mostChartFiles = 50_000
)

// parameterName is what a value that is the content of a file may be called.
var parameterName = regexp.MustCompile(`^[A-Za-z0-9_./\\\[\]-]+$`)

// chart adds everything that Helm reads of a chart.
func (c *closure) chart() string {
	if c.job.Helm.Command == "" {
		c.unread = true
		_ = c.chartFiles(c.job.Dir, c.job.Dir, 0) // the reason is that there is no helm
		return "a Helm chart, which only the helm command renders: give it with --helm, check what it renders (helm template), or leave it out with --skip"
	}
	if reason := c.chartFiles(c.job.Dir, c.job.Dir, 0); reason != "" {
		return reason
	}
	files := slices.Clone(c.job.Helm.Values)
	for _, v := range c.job.Helm.Set {
		if v.File {
			if !parameterName.MatchString(v.Name) { // helm would take a comma for another file
				return "the name of a parameter that is a file is none: " + dupcheck.QuoteAlways(checkout.Brief(v.Name))
			}
			files = append(files, v.Value)
		}
	}
	for _, file := range files {
		if reason := c.add(file); reason != "" {
			return dupcheck.Quote(file) + ": " + reason
		}
	}
	return ""
}

// chartFiles adds the files of the chart in a directory as if they were in
// another one.
func (c *closure) chartFiles(dir, as string, depth int) string {
	reason := c.chartDir(chartWalk{dir, dir, 0}, dir, as)
	if reason != "" || c.unread {
		return reason
	}
	return c.dependencies(dir, as, depth)
}

// chartWalk is a directory of a chart that is walked: where it really is, which
// is elsewhere in the chart behind a link.
type chartWalk struct {
	top, real string
	links     int
}

// mostLinks is how many links to directories there may be in one path.
const mostLinks = 8

// chartDir adds the files of a directory of a chart, seen at a path, as if they
// were at another one. Links are followed as helm follows them, as long as they
// stay inside of the chart.
func (c *closure) chartDir(w chartWalk, at, as string) string {
	entries, err := fs.ReadDir(c.FS(), w.real)
	if err != nil {
		return dupcheck.Quote(at) + " cannot be read"
	}
	var failed string
	for _, e := range entries {
		next, kind := chartWalk{w.top, path.Join(w.real, e.Name()), w.links}, e.Type()
		if kind&fs.ModeSymlink != 0 {
			target, mode, reason := c.follow(next)
			if reason != "" {
				failed = first(failed, dupcheck.Quote(path.Join(at, e.Name()))+": "+reason)
				continue
			}
			next, kind = chartWalk{w.top, target, w.links + 1}, mode
		}
		switch {
		case kind.IsDir() && strings.HasPrefix(e.Name(), "."):
		case kind.IsDir():
			failed = first(failed, c.chartDir(next, path.Join(at, e.Name()), path.Join(as, e.Name())))
		default:
			if reason := c.addAs(next.real, path.Join(as, e.Name()), chartRole(strings.TrimPrefix(path.Join(at, e.Name()), w.top+"/"))); reason != "" {
				failed = first(failed, dupcheck.Quote(path.Join(at, e.Name()))+": "+reason)
			}
		}
	}
	return failed
}

// follow returns where a link inside of a chart leads.
func (c *closure) follow(w chartWalk) (target string, kind fs.FileMode, reason string) {
	if w.links >= mostLinks {
		return "", 0, "it leads through too many symbolic links"
	}
	target = w.real
	for range mostLinks {
		to, err := fs.ReadLink(c.FS(), target)
		if err != nil {
			return "", 0, "it is a symbolic link that cannot be read"
		}
		if target = path.Join(path.Dir(target), to); path.IsAbs(to) || !checkout.Below(target, w.top) || c.Linked(path.Dir(target)) {
			return "", 0, "it is a symbolic link that leaves the chart"
		}
		info, err := fs.Lstat(c.FS(), target)
		switch {
		case err != nil:
			return "", 0, "it is a symbolic link that leads nowhere"
		case info.IsDir() && checkout.Below(w.real, target):
			return "", 0, "it is a symbolic link to a directory that it is in"
		case info.Mode()&fs.ModeSymlink == 0:
			return target, info.Mode().Type(), ""
		}
	}
	return "", 0, "it leads through too many symbolic links"
}

// chartRole is what Helm does with a file of a chart, by its path there.
func chartRole(name string) Role {
	for strings.HasPrefix(name, "charts/") {
		_, below, isDir := strings.Cut(strings.TrimPrefix(name, "charts/"), "/")
		if !isDir {
			return Data
		}
		name = below
	}
	switch before, _, isDir := strings.Cut(name, "/"); {
	case isDir && (before == "templates" || before == "crds"):
		return Template
	case isDir:
		return Data
	}
	if checkout.IsChartSetting(name) {
		return Setting
	}
	return Data
}

// addAs adds a file as if it were elsewhere.
func (c *closure) addAs(file, as string, role Role) string {
	c.role(file, role)
	if c.unread {
		return ""
	}
	if _, there := c.job.Files[as]; there && as != file {
		return "there is another " + dupcheck.Quote(as)
	}
	if reason := c.add(file); reason != "" {
		return reason
	}
	if len(c.job.Files) > mostChartFiles {
		return fmt.Sprintf("the chart has more than %d files", mostChartFiles)
	}
	if as != file {
		if c.job.Moved == nil {
			c.job.Moved = map[string]string{}
		}
		c.job.Files[as], c.job.Moved[as] = c.job.Files[file], file
		if c.bytes += len(c.job.Files[as]); c.bytes > mostFiles {
			return tooMany()
		}
	}
	c.vendor(as)
	return ""
}

// vendor notes which chart a file of a charts directory belongs to.
func (c *closure) vendor(file string) {
	if c.vendored == nil {
		c.vendored = map[string]bool{}
	}
	before, after, found := strings.Cut(file, "/charts/")
	for ; found; before, after, found = cutNext(before, after) {
		name, _, isDir := strings.Cut(after, "/")
		dir := before + "/charts/"
		if isDir {
			c.vendored[dir+name] = true
		} else if name, ok := strings.CutSuffix(name, ".tgz"); ok {
			for i := range name { // where the version begins is not said
				if name[i] == '-' {
					c.vendored[dir+name[:i]] = true
				}
			}
		}
	}
}

// cutNext goes on to the next charts directory of a path.
func cutNext(before, after string) (string, string, bool) {
	more, rest, found := strings.Cut(after, "/charts/")
	return before + "/charts/" + more, rest, found
}

// dependencies sees to it that everything a chart refers to is in its charts
// directory. What is in the tree is put there, as helm dependency build does.
func (c *closure) dependencies(dir, as string, depth int) string {
	if depth == mostCharts {
		return fmt.Sprintf("charts refer to each other more than %d times", mostCharts)
	}
	for _, name := range []string{manifest.ChartFile, checkout.RequirementsFile} {
		file, text := dupcheck.Quote(path.Join(dir, name)), c.job.Files[path.Join(as, name)]
		list, ok := checkout.ParseChart(text)
		if !ok {
			return file + " is not valid"
		}
		for _, d := range list.Dependencies {
			target, reason := c.dependency(dir, as, d)
			if reason != "" {
				return file + ": " + reason
			}
			if target == "" {
				continue
			}
			if reason := c.chartFiles(target, path.Join(as, "charts", d.Name), depth+1); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// dependency returns where in the tree a dependency is, nothing if it is in the
// charts directory already, or why it is nowhere.
func (c *closure) dependency(dir, as string, d checkout.ChartDependency) (target, reason string) {
	if d.Name == "" || strings.ContainsAny(d.Name, "/\\") || strings.HasPrefix(d.Name, ".") {
		return "", "a dependency has no name that is one"
	}
	if c.vendored[path.Join(as, "charts", d.Name)] {
		return "", ""
	}
	local, ok := strings.CutPrefix(d.Repository, "file://")
	if !ok {
		return "", "the dependency " + dupcheck.QuoteAlways(d.Name) + " is not in charts/, and kuniq fetches nothing: helm dependency build gets it"
	}
	target = path.Join(dir, local)
	if !fs.ValidPath(target) || !checkout.HasChart(c.FS(), target) {
		return "", "the dependency " + dupcheck.QuoteAlways(d.Name) + " is in no directory of what is checked"
	}
	return target, ""
}
