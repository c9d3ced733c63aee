package split

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/fold"
)

// What kuniq keeps in the output directory. None of it has an extension that
// Argo CD, Flux or kustomize would read.
const (
	ownPrefix   = ".kuniq-"
	indexName   = ".kuniq-index"
	journalName = ".kuniq-journal"
	tempName    = ".kuniq-tmp"
	lockName    = ".kuniq-lock"
)

// longestComponent is what file systems allow, longestPath what Linux takes in a
// system call (PATH_MAX), and deepest more than any layout needs: a stranger's
// index must not keep kuniq busy.
const (
	longestComponent = 255
	longestPath      = 4096
	deepest          = 64
)

// badPath says why kuniq neither writes nor removes a file of that path, or
// nothing if it may. Index and journal are held to it, too: they may come from
// a stranger.
func badPath(name string) string {
	switch {
	case len(name) > longestPath:
		return "has a path that is too long"
	case strings.Count(name, "/") > deepest:
		return fmt.Sprintf("is in more than %d directories", deepest)
	}
	if !fs.ValidPath(name) || name == "." || strings.Contains(name, `\`) ||
		!filepath.IsLocal(filepath.FromSlash(name)) {
		return "is not a path inside of the directory"
	}
	for component := range strings.SplitSeq(name, "/") {
		if why := badComponent(component); why != "" {
			return why
		}
	}
	return ""
}

func badComponent(s string) string {
	if len(s) > longestComponent {
		return "has a name that is too long for a file system"
	}
	ascii := true
	for _, r := range s {
		// This leaves out line breaks, which index and journal could not
		// hold, and what some file systems ignore in names.
		if !unicode.IsPrint(r) {
			return "has a character in its name that cannot be printed"
		}
		ascii = ascii && r <= unicode.MaxASCII
	}
	if first := s[0]; ascii && first != '.' && first != 'g' && first != 'G' {
		return "" // It can be none of the names below.
	}
	// Windows drops dots and blanks at the end.
	folded := fold.String(strings.TrimRight(s, ". "))
	switch {
	case strings.HasPrefix(folded, ownPrefix):
		return "has a name that kuniq keeps for itself"
	case folded == ".git" || folded == "git~1":
		return "is inside of a git directory"
	}
	return ""
}

// isManifest says whether a name has an extension of manifests. Only such
// files are written and removed.
func (o *WriteOptions) isManifest(name string) bool {
	return manifest.HasExtension(name) || o.Extension != "" && strings.HasSuffix(name, o.Extension)
}

// splitPath cuts a path into directory and file, "." for the root.
func splitPath(name string) (dir, base string) {
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return ".", name
	}
	return name[:i], name[i+1:]
}

// comparePaths orders by directory first, so that the files of a directory
// come together.
func comparePaths(a, b string) int {
	dirA, baseA := splitPath(a)
	dirB, baseB := splitPath(b)
	if c := strings.Compare(dirA, dirB); c != 0 {
		return c
	}
	return strings.Compare(baseA, baseB)
}
