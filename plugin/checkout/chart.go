package checkout

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// requirementsFile is where Helm 2 had the dependencies of a chart.
const requirementsFile = "requirements.yaml"

// lockFiles have the versions of the dependencies in a file.
var lockFiles = map[string]string{manifest.ChartFile: "Chart.lock", requirementsFile: "requirements.lock"}

// IsChartSetting reports whether a file at the top of a chart decides what is rendered
// and with which values.
func IsChartSetting(name string) bool {
	return name == manifest.ChartFile || name == requirementsFile || name == "values.yaml"
}

// HasChart reports whether a directory has a Helm chart.
func HasChart(fsys fs.FS, dir string) bool { return IsFile(fsys, path.Join(dir, manifest.ChartFile)) }

// ChartHeader has the name, version and dependencies of a chart.
type ChartHeader struct {
	// Type is "library" for a chart that deploys nothing by itself.
	Type         string
	Dependencies []ChartDependency
}

// ChartDependency is a chart that another one brings along.
type ChartDependency struct {
	Name, Repository string
	// Version is the one in the chart's lock, or else the version or range that the chart
	// names.
	Version string
	// File is the file of the chart that says so.
	File string `json:"-"`
}

// Local returns the place of the dependency of a chart in the tree, and false if it is
// not in the tree.
func (d ChartDependency) Local(chart string) (dir string, ok bool) {
	local, ok := strings.CutPrefix(d.Repository, "file://")
	return path.Join(chart, local), ok
}

// ReadChart reads the header of the chart in a directory, as far as it is valid. The
// error describes the invalid part.
func ReadChart(fsys fs.FS, dir string) (h ChartHeader, failed error) {
	for _, name := range []string{manifest.ChartFile, requirementsFile} {
		file := path.Join(dir, name)
		var one ChartHeader
		data, err := ReadLinked(fsys, file, mostHeader)
		switch {
		case CodeOf(err) == Missing && name == requirementsFile:
			continue
		case err == nil && yaml.Unmarshal(data, &one) != nil:
			err = errors.New("invalid")
		}
		if err != nil {
			failed = cmp.Or(failed, Errorf(Invalid, "%s is not valid", Named(file)))
			continue
		}
		if name == manifest.ChartFile {
			h.Type = one.Type
		}
		locked := lockedVersions(fsys, path.Join(dir, lockFiles[name]))
		for _, d := range one.Dependencies {
			d.File, d.Version = name, cmp.Or(locked[d.Name+" "+d.Repository], d.Version)
			h.Dependencies = append(h.Dependencies, d)
		}
	}
	return h, failed
}

// lockedVersions are those in a lock, by name and repository. "helm dependency build"
// fetches them.
func lockedVersions(fsys fs.FS, file string) map[string]string {
	out := map[string]string{}
	var lock ChartHeader
	if data, err := ReadFile(fsys, file, mostHeader); err == nil && yaml.Unmarshal(data, &lock) == nil {
		for _, d := range lock.Dependencies {
			out[d.Name+" "+d.Repository] = d.Version
		}
	}
	return out
}

func (h ChartHeader) library() bool { return h.Type == "library" }
