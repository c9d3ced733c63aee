package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Library is a directory in which the imports of jsonnet programs are searched.
type Library struct {
	// Dir is the directory, from the top of the tree, or what stands for it in
	// the names of files if FS is set. It is no path of the tree then.
	Dir string
	// FS is the directory if it is outside of the tree: the caller
	// trusts it. It is not sent to workers, which need the files only.
	FS fs.FS
}

// mostImports is how many files a program may import.
const mostImports = 20_000

// imports are those of a jsonnet program, which are always literal strings. It
// also finds what stands in a comment or a string, and no harm is done.
var imports = regexp.MustCompile(
	`\bimport(?:str|bin)?(?:\s|//[^\n]*\n|#[^\n]*\n|/\*(?s:.*?)\*/)*(?:(@?)'((?:[^'\\]|\\.|'')*)'|(@?)"((?:[^"\\]|\\.|"")*)")`)

// program adds a program and all that it may import.
func (c *closure) program() string {
	if c.job.Kind == checkout.Environment {
		if reason := c.environment(); reason != "" {
			return reason
		}
	}
	if reason := c.library(c.job.File, nil); reason != "" {
		return dupcheck.Quote(c.job.File) + ": " + reason
	}
	var failed string
	met := map[string]bool{c.job.File: true}
	for queue := []string{c.job.File}; len(queue) > 0; queue = queue[1:] {
		if !manifest.IsJsonnet(queue[0]) && queue[0] != c.job.File {
			continue // text and JSON import nothing
		}
		for _, imported := range importsIn(c.job.Files[queue[0]]) {
			file, reason := c.imported(queue[0], imported)
			switch {
			case reason != "":
				failed = first(failed, dupcheck.Quote(queue[0])+" imports "+dupcheck.QuoteAlways(checkout.Brief(imported))+": "+reason)
			case file == "" || met[file]: // one that is not there may never be needed
			case len(met) == mostImports:
				return fmt.Sprintf("it imports more than %d files", mostImports)
			default:
				met[file] = true
				queue = append(queue, file)
			}
		}
	}
	for i := range c.job.Jsonnet.Libraries {
		c.job.Jsonnet.Libraries[i].FS = nil
	}
	return failed
}

// importsIn returns what a program may import.
func importsIn(text []byte) []string {
	var out []string
	for _, m := range imports.FindAllSubmatch(text, -1) {
		verbatim, quote, s := len(m[1]) > 0, "'", string(m[2])
		if m[4] != nil {
			verbatim, quote, s = len(m[3]) > 0, `"`, string(m[4])
		}
		switch {
		case verbatim:
			s = strings.ReplaceAll(s, quote+quote, quote)
		case strings.Contains(s, `\`):
			s = escape.ReplaceAllStringFunc(s, unescape)
		}
		out = append(out, string([]rune(s))) // go-jsonnet reads runes
	}
	return out
}

// escape is one of jsonnet's, or two that make one character of UTF-16.
var escape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})?|\\(?s:.)`)

func unescape(s string) string {
	if i := strings.IndexByte(`bfnrt`, s[1]); i >= 0 {
		return "\b\f\n\r\t"[i : i+1]
	}
	if s[1] != 'u' {
		return s[1:]
	}
	var units []uint16
	for ; strings.HasPrefix(s, `\u`) && len(s) >= 6; s = s[6:] {
		n, err := strconv.ParseUint(s[2:6], 16, 16)
		if err != nil {
			return s
		}
		units = append(units, uint16(n))
	}
	return string(utf16.Decode(units))
}

// imported adds what a file imports, and returns it. It returns no file if there
// is none.
func (c *closure) imported(from, name string) (file, reason string) {
	if path.IsAbs(name) {
		return "", ""
	}
	for _, candidate := range c.job.Jsonnet.candidates(from, name) {
		if _, there := c.job.Files[candidate.Dir]; there {
			return candidate.Dir, ""
		}
		if candidate.FS == nil && !fs.ValidPath(candidate.Dir) {
			continue
		}
		reason := c.library(candidate.Dir, candidate.FS)
		if reason == noFile {
			continue
		}
		return candidate.Dir, reason
	}
	return "", ""
}

// candidates are the places in which an import is searched, in the order in
// which go-jsonnet searches: beside the importing file, and then in the
// libraries, the last one first.
func (j Jsonnet) candidates(from, name string) []Library {
	var beside Library
	for _, l := range j.Libraries {
		if l.FS != nil && strings.HasPrefix(from, l.Dir+"/") {
			beside.FS = l.FS
		}
	}
	beside.Dir = path.Join(path.Dir(from), name)
	out := []Library{beside}
	for i := len(j.Libraries) - 1; i >= 0; i-- {
		l := j.Libraries[i]
		out = append(out, Library{Dir: path.Join(l.Dir, name), FS: l.FS})
	}
	return out
}

// noFile is the reason for which the search goes on.
const noFile = "there is no such file"

// library adds a file that a program reads. Symbolic links are followed, as
// long as they stay in the tree: jsonnet-bundler makes them.
func (c *closure) library(file string, fsys fs.FS) string {
	name := file
	if fsys == nil {
		fsys = c.FS()
	} else {
		for _, l := range c.job.Jsonnet.Libraries {
			if rest, ok := strings.CutPrefix(file, l.Dir+"/"); ok && l.FS != nil {
				name = rest
			}
		}
	}
	info, err := fs.Stat(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
		return noFile
	case err != nil:
		return "it cannot be read, or is a symbolic link that leaves what is checked"
	case info.IsDir():
		return noFile
	case !info.Mode().IsRegular():
		return "it is not a regular file"
	}
	f, err := fsys.Open(name)
	if err != nil {
		return "it cannot be read"
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	switch {
	case err != nil:
		return "it cannot be read"
	case len(data) > mostFile:
		return fmt.Sprintf("it is larger than %d MiB", mostFile>>20)
	}
	if c.bytes += len(data); c.bytes > mostFiles {
		return tooMany()
	}
	c.job.Files[file] = data
	if name == file && !c.Linked(file) {
		c.role(file, importRole(file))
	}
	return ""
}

// importRole is what a program does with a file that it imports: the text of a
// manifest may become objects.
func importRole(file string) Role {
	if manifest.HasExtension(file) {
		return Template
	}
	return Setting
}

// environment sets the search path of Tanka (pkg/jsonnet/jpath/jpath.go,
// v0.28.0): the environment itself, then lib of the project, vendor of the
// environment and vendor of the project. A static environment has a spec.json,
// which the program sees as a variable.
func (c *closure) environment() string {
	dir := c.job.Dir
	root := dir
	for d := dir; ; d = path.Dir(d) {
		if checkout.IsFile(c.FS(), path.Join(d, "tkrc.yaml")) || checkout.IsFile(c.FS(), path.Join(d, "jsonnetfile.json")) {
			root = d
			break
		}
		if d == "." {
			break
		}
	}
	given := c.job.Jsonnet.Libraries
	c.job.Jsonnet.Libraries = append([]Library{
		{Dir: path.Join(root, "vendor")}, {Dir: path.Join(dir, "vendor")}, {Dir: path.Join(root, "lib")}, {Dir: dir},
	}, given...)
	spec := path.Join(dir, "spec.json")
	if !checkout.IsFile(c.FS(), spec) {
		return ""
	}
	c.role(spec, Setting)
	if reason := c.add(spec); reason != "" {
		return dupcheck.Quote(spec) + ": " + reason
	}
	var value map[string]any
	if err := yaml.Unmarshal(c.job.Files[spec], &value); err != nil || value == nil {
		return dupcheck.Quote(spec) + " is not valid"
	}
	metadata, _ := value["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata["name"] = strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
	value["metadata"] = metadata
	code, err := json.Marshal(value)
	if err != nil {
		return dupcheck.Quote(spec) + " is not valid"
	}
	c.job.Jsonnet.Variables = append([]Variable{{Name: "tanka.dev/environment", Value: string(code), Code: true}}, c.job.Jsonnet.Variables...)
	return ""
}
