package journal

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/kuniq/kuniq/internal/fold"
)

// The names of the files that kuniq keeps in a directory begin with OwnPrefix. None of
// them has an extension that Argo CD, Flux or kustomize would read.
const (
	OwnPrefix = ".kuniq-"
	// JournalName is the journal of a run that is at work or was interrupted, KeptName
	// that of a finished one, and TempName the directory with its files.
	JournalName = ".kuniq-journal"
	KeptName    = ".kuniq-kept"
	TempName    = ".kuniq-tmp"
	// LockName is a file that keeps other runs out where directories cannot be locked.
	LockName = ".kuniq-lock"
)

// longestComponent is what file systems allow, longestPath what Linux takes in a
// system call (PATH_MAX), and deepest more than any layout needs: a stranger's
// index must not keep kuniq busy.
const (
	longestComponent = 255
	longestPath      = 4096
	deepest          = 64
)

// BadPath says why kuniq neither writes nor removes a file of that path, or
// nothing if it may. Index and journal are held to it, too: they may come from
// a stranger.
func BadPath(name string) string {
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
	case strings.HasPrefix(folded, OwnPrefix):
		return "has a name that kuniq reserves"
	case folded == ".git" || folded == "git~1":
		return "is inside of a git directory"
	}
	return ""
}

// SplitPath cuts a path into directory and file, "." for the root.
func SplitPath(name string) (dir, base string) {
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return ".", name
	}
	return name[:i], name[i+1:]
}

// ComparePaths orders by directory first, so that the files of a directory are together.
func ComparePaths(a, b string) int {
	dirA, baseA := SplitPath(a)
	dirB, baseB := SplitPath(b)
	if c := strings.Compare(dirA, dirB); c != 0 {
		return c
	}
	return strings.Compare(baseA, baseB)
}
