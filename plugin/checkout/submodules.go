package checkout

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// modulesFile lists the git submodules.
const modulesFile = ".gitmodules"

// mostModules is how much of a .gitmodules is read.
const mostModules = 1 << 20

// submodules takes in the directories of git submodules that are empty, since a
// checkout without --recurse-submodules leaves them so, and nothing is known
// about what is deployed from there (gitmodules(5)).
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

// empty says whether a directory that is not left out has nothing in it.
func (w *walker) empty(dir string) bool {
	for at := dir; at != w.asked && at != "."; at = path.Dir(at) {
		if w.options.Skip != nil && w.options.Skip(at) != "" {
			return false
		}
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	return err == nil && len(entries) == 0 // .gitmodules may name one that is gone
}

// GitSubmodules returns the paths in a .gitmodules file as the git command reads
// it, and as parseSubmodules does where there is none.
func GitSubmodules(text []byte) []string {
	if paths, ok := askGit(text); ok {
		return paths
	}
	return parseSubmodules(text)
}

// askGit returns false if git cannot read the file, or is not there.
func askGit(text []byte) (paths []string, ok bool) {
	entries, err := gitenv.Git{Stdin: string(text)}.Fields(context.Background(),
		"config", "--file", "-", "--no-includes", "--null", "--get-regexp", `^submodule\..*\.path$`)
	if err != nil {
		return nil, gitenv.ExitCode(err) == 1 // there is no such key
	}
	last := modules{}
	for _, entry := range entries {
		key, value, _ := strings.Cut(entry, "\n")
		last.set(key, value)
	}
	return last.paths(), true
}

// isSubmodule says whether a section header is [submodule "NAME"].
func isSubmodule(header string) bool {
	header = strings.ToLower(header)
	return strings.HasPrefix(header, `[submodule `) || strings.HasPrefix(header, `[submodule"`) || strings.HasPrefix(header, "[submodule\t") ||
		strings.HasPrefix(header, "[submodule.")
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

// parseSubmodules returns the paths in a .gitmodules file, for where there is no
// git to ask: the values of the keys submodule.NAME.path in the syntax of
// git-config(1). The last one of a name counts.
func parseSubmodules(text []byte) []string {
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	var found modules
	section := ""
	for len(text) > 0 {
		text = bytes.TrimLeft(text, " \t\n")
		switch {
		case len(text) == 0:
		case text[0] == '#' || text[0] == ';':
			_, text, _ = bytes.Cut(text, []byte("\n"))
		case text[0] == '[':
			section, text = sectionHeader(text)
		default:
			key, rest := configKey(text)
			var value string
			value, text = configValue(rest)
			if strings.EqualFold(key, "path") && isSubmodule(section) {
				found.set(section, value)
			}
		}
	}
	return found.paths()
}

// sectionHeader cuts a header such as [submodule "x"] off, whose name may have
// any characters in quotes.
func sectionHeader(text []byte) (header string, rest []byte) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '\n':
			return string(text[:i]), text[i:]
		case ']':
			if !quoted {
				return string(text[:i+1]), text[i+1:]
			}
		}
	}
	return string(text), nil
}

// configKey cuts the name of a key off.
func configKey(text []byte) (key string, rest []byte) {
	end := bytes.IndexAny(text, "= \t\n#;")
	if end < 0 {
		return string(text), nil
	}
	return string(text[:end]), text[end:]
}

// configValue cuts the value of a key off, up to the end of its last line.
func configValue(text []byte) (value string, rest []byte) {
	text = bytes.TrimLeft(text, " \t")
	if len(text) == 0 || text[0] != '=' {
		_, rest, _ = bytes.Cut(text, []byte("\n"))
		return "", rest
	}
	text = bytes.TrimLeft(text[1:], " \t")
	var out []byte
	quoted, blanks := false, 0 // blanks at the end do not count
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\n':
			return string(out[:len(out)-blanks]), text[i+1:]
		case c == '\\':
			i++
			blanks = 0
			if i < len(text) && text[i] != '\n' {
				out = append(out, unescaped(text[i]))
			}
		case c == '"':
			quoted = !quoted
			blanks = 0
		case !quoted && (c == '#' || c == ';'):
			_, rest, _ = bytes.Cut(text[i:], []byte("\n"))
			return string(out[:len(out)-blanks]), rest
		default:
			out = append(out, c)
			blanks++
			if quoted || c != ' ' && c != '\t' {
				blanks = 0
			}
		}
	}
	return string(out[:len(out)-blanks]), nil
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	}
	return c
}
