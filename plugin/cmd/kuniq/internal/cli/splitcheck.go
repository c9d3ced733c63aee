package cli

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/split"
)

// runCheck checks directories that were split before.
func (f *splitFlags) runCheck(ctx context.Context, c Command, args []string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	f.input.plain = true
	tree, chosen, err := f.input.tree(c.Stdin, args)
	if err != nil {
		return err
	}
	in := splitTree{set: tree.Set, dirs: map[string]*splitDir{}}
	if in.unread, err = gate.MissingSubmodules(args, tree.Skip); err != nil {
		return failure(err)
	}
	for file := range tree.Bytes(ctx) {
		in.add(file)
	}
	if ctx.Err() != nil {
		return failf("interrupted")
	}
	r := split.Check(in.files, o)
	r.Unread = append(in.unread, r.Unread...)
	r.Skipped = in.skipped
	opts := report.Options{Color: colored(c.Stdout), Source: in.line, Version: releaseName(), Rules: allRules()}
	if err := report.Write(c.Stdout, f.output, r, opts); err != nil {
		return failf("writing the report: %w", err)
	}
	c.warnUnused(nil, chosen)
	return verdict(r, false)
}

// splitTree collects the files that should hold one object each. Below a
// kustomization these are its resources: its patches and values only look like
// objects. Charts hold templates.
type splitTree struct {
	set     func(name string) string
	dirs    map[string]*splitDir
	files   []split.Checked
	unread  []dupcheck.Unread
	skipped []dupcheck.Skipped
}

// splitDir is what is known of a directory.
type splitDir struct {
	root      string // the directory of the kustomization that it belongs to
	chart     bool
	resources map[string]bool // of that kustomization
}

func (t *splitTree) add(file manifest.FileBytes) {
	t.unread = append(t.unread, file.Unread...)
	if file.Skipped != "" {
		t.skipped = append(t.skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	}
	if file.Data == nil {
		return
	}
	dir := t.dir(path.Dir(file.Name))
	switch {
	case dir.chart:
		t.skipped = append(t.skipped, dupcheck.Skipped{File: file.Name, Reason: "part of a Helm chart"})
		return
	case dir.resources != nil && !dir.resources[file.Name]:
		return
	}
	set := t.set(file.Name)
	if set == "" && dir.root != "" {
		set = dir.root
	}
	t.files = append(t.files, split.Checked{Input: split.Input{Name: file.Name, Data: file.Data}, Set: set})
}

// dir looks a directory up, and the ones around it.
func (t *splitTree) dir(name string) *splitDir {
	if d, ok := t.dirs[name]; ok {
		return d
	}
	d := &splitDir{}
	t.dirs[name] = d
	if exists(name, manifest.ChartFile) {
		d.chart = true
		return d
	}
	for _, file := range manifest.KustomizationFiles() {
		if exists(name, file) {
			d.root, d.resources = name, resourcesOf(name, file)
			return d
		}
	}
	if parent := path.Dir(name); parent != name && parent != "." && parent != ".." {
		*d = *t.dir(parent)
	}
	return d
}

func exists(dir, file string) bool {
	_, err := os.Lstat(filepath.Join(filepath.FromSlash(dir), file))
	return err == nil
}

// resourcesOf returns the files that a kustomization deploys as they are. One
// that cannot be read names none; kustomize says what is wrong with it.
func resourcesOf(dir, file string) map[string]bool {
	out := map[string]bool{}
	data, err := os.ReadFile(filepath.Join(filepath.FromSlash(dir), file))
	if err != nil {
		return out
	}
	var k struct {
		Resources []string `yaml:"resources"`
	}
	if yaml.Unmarshal(data, &k) != nil {
		return out
	}
	for _, r := range k.Resources {
		out[path.Join(dir, r)] = true
	}
	return out
}

// line returns a line of a file for the report.
func (t *splitTree) line(name string, number int) (string, bool) {
	i := slices.IndexFunc(t.files, func(f split.Checked) bool { return f.Name == name })
	if i < 0 || number < 1 {
		return "", false
	}
	for line := range strings.Lines(string(t.files[i].Data)) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n"), true
		}
	}
	return "", false
}
