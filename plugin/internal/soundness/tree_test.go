package soundness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// tree is the files of one revision of a repository.
type tree map[string]string

// handDirs are the names of the directories that a person applies.
var handDirs = []string{"hand", "flux-system"}

// fs is the tree for the code under test.
func (t tree) fs() fs.FS {
	out := fstest.MapFS{}
	for name, text := range t {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// memory is the tree for kustomize. Files in which keep says no are left out.
func (t tree) memory(keep func(string) bool) filesys.FileSystem {
	out := filesys.MakeFsInMemory()
	for name, text := range t {
		if keep == nil || keep(name) {
			_ = out.WriteFile("/"+name, []byte(text)) // it is in memory
		}
	}
	return out
}

func (t tree) names() []string { return slices.Sorted(maps.Keys(t)) }

// dirs are all directories, without the root.
func (t tree) dirs() []string {
	all := map[string]bool{}
	for name := range t {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// below are the files in a directory and below, in the order of a walk.
func (t tree) below(dir string) (all []string) {
	for name := range t {
		if dir == "." || strings.HasPrefix(name, dir+"/") {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })
	return all
}

func (t tree) isDir(dir string) bool { return dir == "." || len(t.below(dir)) > 0 }

// hand are the directories that a person applies.
func (t tree) hand() (all []string) {
	for _, dir := range t.dirs() {
		if slices.Contains(handDirs, path.Base(dir)) {
			all = append(all, dir)
		}
	}
	return all
}

var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// kustomization returns the name of the kustomization file of a directory.
func (t tree) kustomization(dir string) string {
	for _, name := range kustomizationNames {
		if _, ok := t[path.Join(dir, name)]; ok {
			return path.Join(dir, name)
		}
	}
	return ""
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, path.Ext(name))
}

// fields is a document, or a part of one.
type fields = map[string]any

// documents reads all documents of a file that are maps.
func documents(text string) (all []fields, err error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc any
		if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		switch doc := doc.(type) {
		case nil:
		case fields:
			all = append(all, doc)
		default:
			return nil, fmt.Errorf("a document is a %T", doc)
		}
	}
}

// text writes documents.
func text(docs ...fields) string {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	for _, doc := range docs {
		if err := encoder.Encode(doc); err != nil {
			panic(err) // it was decoded, or made of literals
		}
	}
	return out.String()
}

// at returns the value at a path, or nil.
func at(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(fields)
		value = m[key]
	}
	return value
}

func str(value any, keys ...string) string {
	s, _ := at(value, keys...).(string)
	return s
}

func is(value any, keys ...string) bool {
	b, _ := at(value, keys...).(bool)
	return b
}

func list(value any, keys ...string) []any {
	l, _ := at(value, keys...).([]any)
	return l
}

func strs(value any, keys ...string) (all []string) {
	for _, item := range list(value, keys...) {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// marks are labels or annotations.
func marks(value any, keys ...string) map[string]string {
	out := map[string]string{}
	m, _ := at(value, keys...).(fields)
	for k, v := range m {
		out[k], _ = v.(string)
	}
	return out
}

// put sets the value at a path; nil takes it away.
func put(m fields, value any, keys ...string) {
	for _, key := range keys[:len(keys)-1] {
		next, ok := m[key].(fields)
		if !ok {
			next = fields{}
			m[key] = next
		}
		m = next
	}
	last := keys[len(keys)-1]
	if value == nil {
		delete(m, last)
	} else {
		m[last] = value
	}
}

// each calls f for the objects that stand in any file.
func (t tree) each(f func(object)) {
	for _, name := range t.names() {
		docs, _ := documents(t[name])
		for _, doc := range docs {
			objects, _ := newObjects([]fields{doc}) // others of the file may be none
			for _, o := range objects {
				f(o)
			}
		}
	}
}
