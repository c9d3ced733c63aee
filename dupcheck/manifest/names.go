package manifest

import (
	"path"
	"slices"
	"strings"
)

// ChartFile is the name of the file that makes a directory a Helm chart.
const ChartFile = "Chart.yaml"

// KustomizationFiles returns the names under which kustomize looks for the
// kustomization of a directory (sigs.k8s.io/kustomize/api/konfig,
// RecognizedKustomizationFileNames).
func KustomizationFiles() []string {
	return []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}
}

// IsKustomization says whether a file is a kustomization by its name.
func IsKustomization(name string) bool {
	return slices.Contains(KustomizationFiles(), path.Base(name))
}

// HasExtension says whether a file is read as manifests for its name, in a
// directory: if it ends in .yaml, .yml or .json, as for kubectl apply -f. Other
// files have to be named.
func HasExtension(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}

// IsJsonnet says whether a file is a program or a library of jsonnet by its
// name.
func IsJsonnet(name string) bool { return IsProgram(name) || path.Ext(name) == ".libsonnet" }

// IsProgram says whether a file is a jsonnet program by its name, and no library.
func IsProgram(name string) bool { return path.Ext(name) == ".jsonnet" }

// SkippedDirectory says why a walk skips a directory of that name, or returns ""
// if it does not. Hidden directories and those of npm hold no manifests that are
// meant to be applied.
func SkippedDirectory(name string) (reason string) {
	switch base := path.Base(name); {
	case base == "node_modules":
		return "node_modules"
	case base != "." && strings.HasPrefix(base, "."):
		return "a hidden directory"
	}
	return ""
}
