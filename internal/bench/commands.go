package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// commands measures whole processes on trees of files.
func (b *bench) commands(ctx context.Context) ([]table, error) {
	var tables []table
	for _, measure := range []func(context.Context) (table, error){b.realTree, b.peers, b.manyFiles, b.tanka} {
		t, err := measure(ctx)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// floors adds the programs that do nothing but read the files of a tree.
func floors(c *contest, dir string, files []string) {
	for _, args := range [][]string{{"cat"}, {"wc", "-l"}, {"sha256sum"}} {
		c.add(entry{
			name:  strings.Join(args, " "),
			cmd:   command{Args: append(args, files...), Dir: dir},
			check: says(""),
		})
	}
}

// copyTree adds cp -r of a tree.
func copyTree(b *bench, c *contest, dir string) {
	to := b.path("copy")
	c.add(entry{
		name: "cp -r", cmd: command{Args: []string{"cp", "-r", dir, to}}, check: says(""),
		before: func() error { return os.RemoveAll(to) },
	})
}

// finds is the last line of a check without errors; real files may have a few
// warnings.
func finds(files, objects int) func(sample) error {
	return says(fmt.Sprintf("%d files, %d objects, ", files, objects))
}

func (b *bench) realTree(ctx context.Context) (table, error) {
	dir := b.path("tree")
	defer os.RemoveAll(dir)
	r, err := writeRealTree(dir, b.files, b.scaled(10_000, 500))
	if err != nil {
		return table{}, err
	}
	var c contest
	c.add(entry{
		name: "kuniq check", cmd: command{Args: []string{b.tools["kuniq"], "check", "."}, Dir: dir, Pipe: true},
		check: finds(len(r.files), r.objects),
	})
	floors(&c, dir, r.files)
	copyTree(b, &c, dir)
	defer os.RemoveAll(b.path("copy"))
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	t := c.table(fmt.Sprintf("Commands: a tree of %d real files", len(r.files)), fmt.Sprintf(
		"The files of the modules, over and over under other names until there are enough: %d objects, %s. "+
			"`cat`, `wc` and `sha256sum` are given the names of the files; kuniq looks for them. All files were written just before, and are in memory.",
		r.objects, size(float64(r.bytes))), "cat")
	got := c.ratio("kuniq check", "cat")
	t.aims = []aim{{text: "`kuniq check` of 10,000 real files, wall time against `cat`", got: got.median, limit: 3}}
	b.say("`kuniq check` of %d real files (%s) takes %s times as long as `cat` of the same files.", len(r.files), size(float64(r.bytes)), number(got.median))
	return t, nil
}

// peers measures the tools that parse what they read.
func (b *bench) peers(ctx context.Context) (table, error) {
	dir := b.path("tree")
	defer os.RemoveAll(dir)
	r, err := writeRealTree(dir, b.files, b.scaled(200, 50))
	if err != nil {
		return table{}, err
	}
	kustomization := "resources:\n- " + strings.Join(r.files, "\n- ") + "\n"
	if err := writeFile(b.path("tree", "kustomization.yaml"), []byte(kustomization)); err != nil {
		return table{}, err
	}
	missing := b.path("none", "{{.ResourceKind}}.json")
	var c contest
	c.add(entry{
		name: "kuniq check", cmd: command{Args: append([]string{b.tools["kuniq"], "check", "--plain"}, r.files...), Dir: dir, Pipe: true},
		check: finds(len(r.files), r.objects),
	})
	floors(&c, dir, r.files)
	c.add(entry{
		name: "kubeconform", cmd: command{Args: append([]string{b.tools["kubeconform"], "-schema-location", missing, "-ignore-missing-schemas", "-summary"}, r.files...), Dir: dir, Pipe: true},
		check: says(fmt.Sprintf("Summary: %d resources found in %d files", r.objects, len(r.files))),
	})
	c.add(entry{
		name: "yq", cmd: command{Args: append([]string{b.tools["yq"], "-N", ".kind"}, r.files...), Dir: dir, Pipe: true, Count: "\n"},
		check: counts(r.objects),
	})
	c.add(entry{
		name: "kustomize build", cmd: command{Args: []string{b.tools["kustomize"], "build", "."}, Dir: dir, Pipe: true, Count: "\n---\n"},
		check: counts(r.objects - 1), // between the objects
	})
	if err := c.run(ctx, min(b.runs, 3)); err != nil {
		return table{}, err
	}
	return c.table(fmt.Sprintf("Commands: other tools, on %d real files", len(r.files)), fmt.Sprintf(
		"%d objects, %s. None of the others does the same. kubeconform %s has no schemas here, so that it reads everything and validates nothing; "+
			"yq %s prints every kind; kustomize %s lists all files as resources, refuses two of one identity and prints everything.",
		r.objects, size(float64(r.bytes)), version("kubeconform"), version("yq"), version("kustomize")), "cat"), nil
}

func version(tool string) string {
	for _, p := range peers {
		if p.name == tool {
			return p.version
		}
	}
	return ""
}

// manyFiles measures what a file costs.
func (b *bench) manyFiles(ctx context.Context) (table, error) {
	dir := b.path("tree")
	defer os.RemoveAll(dir)
	files, err := writeTree(dir, b.scaled(20_000, 1000), 1, small)
	if err != nil {
		return table{}, err
	}
	var c contest
	c.add(entry{
		name: "kuniq check", cmd: command{Args: []string{b.tools["kuniq"], "check", "."}, Dir: dir, Pipe: true},
		check: finds(len(files), len(files)),
	})
	floors(&c, dir, files)
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	return c.table(fmt.Sprintf("Commands: %d small files", len(files)), "One object of 134 bytes in each.", "cat"), nil
}

// tanka measures jsonnet: Tanka prints what an environment is, and kuniq looks
// for duplicates in the same program.
func (b *bench) tanka(ctx context.Context) (table, error) {
	n := b.scaled(1000, 100)
	program := fmt.Sprintf(`{
  apiVersion: 'tanka.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'default' },
  spec: { namespace: 'shop', apiServer: 'https://localhost' },
  data: {
    ['object%%d' %% i]: {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'object%%d' %% i, namespace: 'shop' }, data: { key: 'value' },
    }
    for i in std.range(1, %d)
  },
}
`, n)
	dir := b.path("tanka")
	defer os.RemoveAll(dir)
	if err := writeFile(filepath.Join(dir, "main.jsonnet"), []byte(program)); err != nil {
		return table{}, err
	}
	if err := writeFile(filepath.Join(dir, "jsonnetfile.json"), []byte("{}")); err != nil {
		return table{}, err
	}
	var c contest
	c.add(entry{
		name: "kuniq jsonnet", cmd: command{Args: []string{b.tools["kuniq"], "jsonnet", "main.jsonnet"}, Dir: dir, Pipe: true},
		check: says(fmt.Sprintf(" %d objects", n)),
	})
	c.add(entry{
		name: "tk eval", cmd: command{Args: []string{b.tools["tk"], "eval", "."}, Dir: dir, Pipe: true, Count: `"ConfigMap"`},
		check: counts(n),
	})
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	return c.table(fmt.Sprintf("Commands: jsonnet, %d objects", n), "One Tanka environment, which Tanka "+version("tk")+" evaluates and prints as JSON. "+
		"Most of it is the evaluation, which both leave to go-jsonnet.", "tk eval"), nil
}
