package render

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
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
		return "a Helm chart, which only the helm command renders: give it with --helm, check what it renders (helm template), or leave it out with --skip"
	}
	if reason := c.chartFiles(c.job.Dir, c.job.Dir, 0); reason != "" {
		return reason
	}
	files := slices.Clone(c.job.Helm.Values)
	for _, v := range c.job.Helm.Set {
		if v.File {
			if !parameterName.MatchString(v.Name) { // helm would take a comma for another file
				return "the name of a parameter that is a file is none: " + dupcheck.QuoteAlways(brief(v.Name))
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
func (c *closure) chartFiles(dir, as string, depth int) (reason string) {
	err := fs.WalkDir(c.fsys, dir, func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			reason = dupcheck.Quote(p) + " cannot be read"
		case e.IsDir() && p != dir && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		case !e.IsDir():
			if reason = c.addAs(p, as+strings.TrimPrefix(p, dir)); reason != "" {
				reason = dupcheck.Quote(p) + ": " + reason
			}
		}
		if reason != "" {
			return fs.SkipAll
		}
		return nil
	})
	if reason == "" && err != nil {
		reason = dupcheck.Quote(dir) + " cannot be read"
	}
	if reason != "" {
		return reason
	}
	return c.dependencies(dir, as, depth)
}

// addAs adds a file as if it were elsewhere.
func (c *closure) addAs(file, as string) string {
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

// dependency is an entry of a Chart.yaml, or of a requirements.yaml, which is
// what Helm 2 had in its place.
type dependency struct {
	Name, Repository string
}

// dependencies sees to it that everything a chart refers to is in its charts
// directory. What is in the tree is put there, as helm dependency build does.
func (c *closure) dependencies(dir, as string, depth int) string {
	if depth == mostCharts {
		return fmt.Sprintf("charts refer to each other more than %d times", mostCharts)
	}
	for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
		file, text := dupcheck.Quote(path.Join(dir, name)), c.job.Files[path.Join(as, name)]
		var list struct{ Dependencies []dependency }
		if len(text) > mostChart || yaml.Unmarshal(text, &list) != nil {
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
func (c *closure) dependency(dir, as string, d dependency) (target, reason string) {
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
	if !fs.ValidPath(target) || !isFile(c.fsys, path.Join(target, "Chart.yaml")) {
		return "", "the dependency " + dupcheck.QuoteAlways(d.Name) + " is in no directory of what is checked"
	}
	return target, ""
}
