package checkout

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// requirementsFile is where Helm 2 had the dependencies of a chart.
const requirementsFile = "requirements.yaml"

// IsChartSetting says whether a file at the top of a chart says what is rendered
// and with which values.
func IsChartSetting(name string) bool {
	return name == manifest.ChartFile || name == requirementsFile || name == "values.yaml"
}

// HasChart says whether a directory is that of a Helm chart.
func HasChart(fsys fs.FS, dir string) bool { return IsFile(fsys, path.Join(dir, manifest.ChartFile)) }

// ChartHeader is what a chart says of itself and of others.
type ChartHeader struct {
	// Type is "library" for a chart that deploys nothing by itself.
	Type         string
	Dependencies []ChartDependency
}

// ChartDependency is a chart that another one brings along.
type ChartDependency struct {
	Name, Repository string
	// File is the file of the chart that says so.
	File string `json:"-"`
}

// Local returns where in the tree the dependency of a chart is, and false if it is
// not in the tree.
func (d ChartDependency) Local(chart string) (dir string, ok bool) {
	local, ok := strings.CutPrefix(d.Repository, "file://")
	return path.Join(chart, local), ok
}

// ReadChart reads the header of the chart in a directory, as far as it is valid,
// and says what is not.
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
			failed = cmp.Or(failed, Errorf(Invalid, "%s is not valid", dupcheck.Quote(file)))
			continue
		}
		if name == manifest.ChartFile {
			h.Type = one.Type
		}
		for _, d := range one.Dependencies {
			d.File = name
			h.Dependencies = append(h.Dependencies, d)
		}
	}
	return h, failed
}

func (h ChartHeader) library() bool { return h.Type == "library" }
