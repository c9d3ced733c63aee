package checkout

import (
	"path"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// RequirementsFile is where Helm 2 had the dependencies of a chart.
const RequirementsFile = "requirements.yaml"

// IsChartSetting says whether a file at the top of a chart says what is rendered
// and with which values.
func IsChartSetting(name string) bool {
	return name == manifest.ChartFile || name == RequirementsFile || name == "values.yaml"
}

// chart is what a Chart.yaml says of other charts.
type chart struct {
	library bool
	ChartHeader
}

// ChartHeader is what a Chart.yaml, or a requirements.yaml, which is what Helm 2
// had in its place, says of other charts.
type ChartHeader struct {
	Type         string
	Dependencies []ChartDependency
}

// ChartDependency is a chart that another one brings along.
type ChartDependency struct {
	Name, Repository string
}

// ParseChart reads a Chart.yaml or a requirements.yaml. It returns false if it is
// not valid.
func ParseChart(text []byte) (h ChartHeader, ok bool) {
	return h, len(text) <= mostHeader && yaml.Unmarshal(text, &h) == nil
}

// readChart takes in the chart of a directory.
func (w *walker) readChart(dir string) {
	c := &chart{}
	data, _ := ReadFile(w.fsys, path.Join(dir, manifest.ChartFile), mostHeader)
	if header, ok := ParseChart(data); ok {
		c.ChartHeader, c.library = header, header.Type == "library"
	}
	if data, reason := ReadFile(w.fsys, path.Join(dir, RequirementsFile), mostHeader); reason == "" {
		if header, ok := ParseChart(data); ok {
			c.Dependencies = append(c.Dependencies, header.Dependencies...)
		}
	}
	w.charts[dir] = c
}
