package checkout

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/gcfg/v2"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// modulesFile lists the git submodules.
const modulesFile = ".gitmodules"

// mostModules is how much of a .gitmodules is read.
const mostModules = 1 << 20

// submodules records the empty directories of git submodules. A checkout without
// --recurse-submodules leaves them empty, and their deployed files are not known
// (gitmodules(5)).
func (w *walker) submodules(file string) {
	data, err := ReadFile(w.fsys, file, mostModules)
	if err != nil {
		w.add(File{Path: file, Unread: "the list of git submodules: " + err.Error()})
		return
	}
	for _, p := range w.options.Submodules(data) {
		dir := path.Join(path.Dir(file), p)
		if filepath.IsLocal(p) && Below(dir, w.asked) && w.empty(dir) {
			w.add(File{Path: dir, Type: fs.ModeDir, Unread: "a git submodule that is not checked out (git submodule update --init)", Code: Absent})
		}
	}
}

// empty reports whether a directory that is not left out is empty.
func (w *walker) empty(dir string) bool {
	for at := dir; at != w.asked && at != "."; at = path.Dir(at) {
		if w.options.Skip != nil && w.options.Skip(at) != "" {
			return false
		}
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	return err == nil && len(entries) == 0 // .gitmodules may name a missing one
}

// GitSubmodules returns the paths in a .gitmodules file as the git command reads it, or
// as parseSubmodules does without git.
func GitSubmodules(text []byte) []string {
	if paths, ok := askGit(text); ok {
		return paths
	}
	return parseSubmodules(text)
}

// AbsentSubmodules returns the paths of the git submodules of a repository without files,
// as in a revision, or in a checkout without --recurse-submodules.
func AbsentSubmodules(repo fs.FS) (dirs []string) {
	text, err := ReadFile(repo, modulesFile, mostModules)
	if err != nil {
		return nil
	}
	for _, dir := range GitSubmodules(text) {
		dir = path.Clean(dir)
		entries, err := fs.ReadDir(repo, dir)
		if fs.ValidPath(dir) && (err != nil || len(entries) == 0) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// askGit returns false if git cannot read the file, or is not there.
func askGit(text []byte) (paths []string, ok bool) {
	entries, err := gitenv.Git{Stdin: string(text)}.Fields(context.Background(),
		"config", "--file", "-", "--no-includes", "--null", "--get-regexp", `^submodule\..*\.path$`)
	if err != nil {
		return nil, gitenv.ExitCode(err) == 1 // there is no such key
	}
	var found modules
	for _, entry := range entries {
		key, value, _ := strings.Cut(entry, "\n")
		found.set(key, value)
	}
	return found.paths(), true
}

// modules are the paths of submodules by name. The last one of a name counts.
type modules struct {
	names []string
	path  map[string]string
}

func (m *modules) set(name, value string) {
	if m.path == nil {
		m.path = map[string]string{}
	}
	if _, known := m.path[name]; !known {
		m.names = append(m.names, name)
	}
	m.path[name] = value
}

func (m *modules) paths() (out []string) {
	for _, name := range m.names {
		out = append(out, m.path[name])
	}
	return out
}

// Forms that git understands and gcfg does not: a line that continues in the next one, a
// key after a header, and the old form of a header.
var (
	continued = regexp.MustCompile(`\\\r?\n`)
	header    = regexp.MustCompile(`(?m)^\s*\[[^"\]\n]*(?:"(?:\\.|[^"\\\n])*")?\s*\]`)
	oldHeader = regexp.MustCompile(`^(\s*)\[(?i:submodule)\.([^"\]]*)\]`)
)

// parseSubmodules returns the paths in a .gitmodules file, for where there is no
// git to ask. Behind an error it sees nothing.
func parseSubmodules(text []byte) []string {
	text = continued.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), nil)
	text = header.ReplaceAllFunc(text, func(h []byte) []byte {
		return append(oldHeader.ReplaceAll(h, []byte(`$1[submodule "$2"]`)), '\n')
	})
	var found modules
	_ = gcfg.ReadWithCallback(bytes.NewReader(text), func(section, name, key, value string, _ bool) error {
		if strings.EqualFold(section, "submodule") && strings.EqualFold(key, "path") && value != "" {
			found.set(name, value)
		}
		return nil
	})
	return found.paths()
}
