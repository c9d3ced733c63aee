package gitops

import (
	"io/fs"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Reading is how Argo CD makes objects of the directory of a source.
type Reading uint8

// The readings.
const (
	ByContent       Reading = iota // as the files in it say, see Discover
	AsManifests                    // its files are manifests and jsonnet
	AsKustomization                // kustomize builds it
	AsChart                        // helm renders it
	ByPlugin                       // a plugin does
)

// Reading says how Argo CD reads the directory, as far as the source says so itself
// (argo-cd v3.6 pkg/apis/application/v1alpha1, ExplicitType). Argo CD refuses one
// that says several things.
func (s Source) Reading() Reading {
	switch {
	case s.HasPlugin():
		return ByPlugin
	case s.Kustomize != nil:
		return AsKustomization
	case s.Helm != nil:
		return AsChart
	case s.Directory != nil:
		return AsManifests
	}
	return ByContent
}

// Discover says how Argo CD reads a directory of which the source says nothing: by the
// last name in it that says something (argo-cd v3.6 reposerver/repository,
// GetAppSourceType, and util/app/discovery, Discover). Plugins that find their sources
// by themselves are not known here. It does not look into a directory behind a link, nor
// into one that cannot be read: that has manifests.
func Discover(fsys fs.FS, dir string) Reading {
	reading := AsManifests
	if info, err := fs.Lstat(fsys, dir); err != nil || info.Mode()&fs.ModeSymlink != 0 {
		return reading
	}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return reading
	}
	for _, entry := range entries {
		switch {
		case entry.IsDir():
		case strings.HasSuffix(entry.Name(), manifest.ChartFile):
			reading = AsChart
		case manifest.IsKustomization(entry.Name()):
			reading = AsKustomization
		}
	}
	return reading
}
