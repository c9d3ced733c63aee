package gate

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// CheckSplit checks that directories have one object in each file, under its right name,
// as split.Check does. It renders nothing. Below a kustomization only its resources
// count, and of a chart nothing. The rules are those of the policy; the rules in how do
// not count. Like Check, it may return a result along with an error.
func CheckSplit(ctx context.Context, args []string, o Options, how split.Options) (*Result, error) {
	x, err := newSettings(args, o)
	if err != nil {
		return nil, err
	}
	how.Rules = x.rules
	tree := &manifest.Tree{Args: args, Stdin: o.Stdin, StdinName: o.StdinName, Plain: true, Skip: x.paths.Skip, Set: x.paths.Set}
	in := splitTree{set: tree.Set, dirs: map[string]*splitDir{}}
	if in.unread, err = MissingSubmodules(args, tree.Skip); err != nil {
		return nil, err
	}
	for file := range tree.Bytes(ctx) {
		in.add(file)
	}
	if err := interrupted(ctx); err != nil {
		return nil, err
	}
	r := split.Check(in.files, how)
	r.Unread, r.Skipped = append(in.unread, r.Unread...), in.skipped
	r, notes, err := x.decisions.Apply(ctx, r, Touched(tree.Set))
	return &Result{Report: r, Notes: append(notes, policy.Unused(x.paths.Unused()...)...), line: in.line}, err
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

// splitDir describes a directory.
type splitDir struct {
	root      string // the directory of its kustomization
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
	if t.readDir(name, d) {
		return d
	}
	if parent := path.Dir(name); !hasWorkingDirectory(parent) {
		*d = *t.dir(parent)
	}
	return d
}

// hasWorkingDirectory says whether a directory is the working directory or above it, under
// any name: nothing is looked for there.
func hasWorkingDirectory(name string) bool {
	at, err := filepath.Abs(".")
	if err != nil {
		return true
	}
	dir, err := filepath.Abs(filepath.FromSlash(name))
	return err != nil || dir == filepath.Dir(dir) || checkout.Below(filepath.ToSlash(at), filepath.ToSlash(dir))
}

// readDir reports whether a directory has a chart or a kustomization. A kustomization
// that cannot be read has no resources; kustomize reports its faults.
func (t *splitTree) readDir(name string, d *splitDir) bool {
	root, err := os.OpenRoot(filepath.FromSlash(name))
	if err != nil {
		return false
	}
	defer root.Close()
	if d.chart = checkout.HasChart(root.FS(), "."); d.chart {
		return true
	}
	k := checkout.Find(root.FS(), nil, checkout.Options{}).Kustomization(".")
	if k == nil {
		return false
	}
	d.root, d.resources = name, map[string]bool{}
	for _, r := range k.References {
		if r.Use == checkout.AsManifest || r.Use == checkout.AsBase {
			d.resources[path.Join(name, r.Path)] = true
		}
	}
	return true
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
