package cli

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// runCheck checks directories that were split before.
func (f *splitFlags) runCheck(ctx context.Context, c Command, args []string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	d, decisions, err := f.decided(ctx, c, &o, args)
	if err != nil {
		return err
	}
	chosen, err := d.Paths()
	if err != nil {
		return failure(err)
	}
	o.Rules.NamespaceOf = chosen.NamespaceOf()
	tree := &manifest.Tree{Args: args, Stdin: c.Stdin, StdinName: f.input.stdinName, Plain: true, Skip: chosen.Skip, Set: chosen.Set}
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
	r, notes, failed := decisions.Apply(ctx, r, gate.Touched(tree.Set))
	if err := (&reportFlags{output: f.output, color: "auto"}).write(c.Stdout, r, report.Options{Source: in.line}); err != nil {
		return err
	}
	c.say(append(notes, policy.Unused(chosen.Unused()...)...)...)
	if failed != nil {
		return failure(failed)
	}
	return verdict(r, false)
}

// decided reads what was decided before, and adds what it says about identity to the
// options.
func (f *splitFlags) decided(ctx context.Context, c Command, o *split.Options, args []string) (d decided, out policy.Decisions, err error) {
	flags, err := settings{&f.rules, &f.input, &renderFlags{}, &f.policy}.flags()
	if err != nil {
		return d, out, err
	}
	if d, err = f.policy.over(ctx, c, flags); err != nil {
		return d, out, err
	}
	var ignore []dupcheck.Ignore
	if o.Rules, ignore, err = d.Rules(allRules()); err != nil {
		return d, out, failure(err)
	}
	o.Rules.ShowValues = f.rules.showValues
	out, err = f.policy.decisions(ctx, c, "split --check", d, args)
	out.Ignore = ignore
	return d, out, err
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
	if t.readDir(name, d) {
		return d
	}
	if parent := path.Dir(name); parent != name && parent != "." && parent != ".." {
		*d = *t.dir(parent)
	}
	return d
}

// readDir says whether a directory has a chart or a kustomization. A kustomization
// that cannot be read has no resources; kustomize says what is wrong with it.
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
