package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// kuniq is an entry that runs kuniq in a directory.
func (b *bench) kuniq(name, dir string, check func(sample) error, args ...string) entry {
	return entry{name: name, check: check, cmd: command{Args: append([]string{b.tools["kuniq"]}, args...), Dir: dir, Pipe: true}}
}

// floor is an entry that does nothing but read files.
func floor(name, dir string, files ...string) entry {
	return entry{name: name, cmd: command{Args: append(strings.Fields(name), files...), Dir: dir}}
}

// floors are the programs that do nothing but read the files of a tree.
func floors(dir string, files []string) []entry {
	return []entry{floor("cat", dir, files...), floor("wc -l", dir, files...), floor("sha256sum", dir, files...)}
}

// reading says that all entries read so many bytes.
func reading(bytes int, entries []entry) []entry {
	for i := range entries {
		entries[i].bytes = bytes
	}
	return entries
}

// copyTree is cp -r of a tree.
func copyTree(b *bench, dir string) entry {
	e := floor("cp -r", "", dir, b.path("copy"))
	e.before = func() error { b.remove("copy"); return nil }
	return e
}

// finds is the last line of a check without errors; real files may have a few
// warnings.
func finds(files, objects int) func(sample) error {
	return says(fmt.Sprintf("%d files, %d objects, ", files, objects))
}

// realTree measures kuniq on a tree of many files.
func (b *bench) realTree(ctx context.Context) (t table, err error) {
	defer b.remove("tree", "copy")
	dir := b.path("tree")
	r, err := writeRealTree(dir, b.files, b.scaled(10_000, 500))
	if err != nil {
		return t, err
	}
	c := contest{
		title: fmt.Sprintf("Commands: a tree of %d real files", len(r.files)),
		text: fmt.Sprintf("The files of the modules, repeated under other names until there are enough: %d objects, %s. "+
			"`cat`, `wc` and `sha256sum` get the names of the files; kuniq searches for them. All files were just written and are in memory.",
			r.objects, size(r.bytes)),
		floor: "cat", aim: aim{text: "`kuniq check` of 10,000 real files, wall time against `cat`", limit: 3},
		say:     fmt.Sprintf("`kuniq check` of %d real files (%s) takes %%s times as long as `cat` of the same files.", len(r.files), size(r.bytes)),
		entries: reading(r.bytes, slices.Concat([]entry{b.kuniq("kuniq check", dir, finds(len(r.files), r.objects), "check", ".")}, floors(dir, r.files), []entry{copyTree(b, dir)})),
	}
	return b.measure(ctx, &c)
}

// peers measures the tools that parse what they read.
func (b *bench) peers(ctx context.Context) (t table, err error) {
	defer b.remove("tree")
	dir := b.path("tree")
	r, err := writeRealTree(dir, b.files, b.scaled(200, 50))
	if err != nil {
		return t, err
	}
	to := tree{dir: dir}
	if to.write("kustomization.yaml", []byte("resources:\n- "+strings.Join(r.files, "\n- ")+"\n")); to.err != nil {
		return t, to.err
	}
	tool := func(name string, check func(sample) error, count string, args ...string) entry {
		tool, _, _ := strings.Cut(name, " ")
		return entry{name: name, check: check, cmd: command{Args: append([]string{b.tools[tool]}, args...), Dir: dir, Pipe: true, Count: count}}
	}
	files := func(args ...string) []string { return append(args, r.files...) }
	c := contest{
		title: fmt.Sprintf("Commands: other tools, on %d real files", len(r.files)),
		text: fmt.Sprintf("%d objects, %s. None of the other tools does the same. kubeconform %s has no schemas here, so it reads everything and validates nothing; "+
			"yq %s prints every kind; kustomize %s lists all files as resources, refuses two of one identity and prints everything.",
			r.objects, size(r.bytes), version("kubeconform"), version("yq"), version("kustomize")),
		floor: "cat", large: true,
		entries: slices.Concat([]entry{b.kuniq("kuniq check", dir, finds(len(r.files), r.objects), files("check", "--plain")...)}, floors(dir, r.files), []entry{
			tool("kubeconform", says(fmt.Sprintf("Summary: %d resources found in %d files", r.objects, len(r.files))), "",
				files("-schema-location", b.path("none/{{.ResourceKind}}.json"), "-ignore-missing-schemas", "-summary")...),
			tool("yq", counts(r.objects), "\n", files("-N", ".kind")...),
			tool("kustomize build", counts(r.objects-1), "\n---\n", "build", "."), // between the objects
		}),
	}
	return b.measure(ctx, &c)
}

// manyFiles measures what a file costs.
func (b *bench) manyFiles(ctx context.Context) (t table, err error) {
	defer b.remove("tree")
	dir := b.path("tree")
	w, err := writeTree(dir, b.scaled(20_000, 1000), 1, small)
	if err != nil {
		return t, err
	}
	c := contest{
		title: fmt.Sprintf("Commands: %d small files", len(w.files)), text: "One object of 134 bytes in each.",
		floor:   "cat",
		entries: reading(w.bytes, append([]entry{b.kuniq("kuniq check", dir, finds(len(w.files), w.objects), "check", ".")}, floors(dir, w.files)...)),
	}
	return b.measure(ctx, &c)
}

// tanka measures jsonnet: Tanka prints what an environment is, and kuniq looks
// for duplicates in the same program.
func (b *bench) tanka(ctx context.Context) (t table, err error) {
	defer b.remove("tanka")
	n, to := b.scaled(1000, 100), tree{dir: b.path("tanka")}
	to.write("main.jsonnet", appendText(nil, "environment.jsonnet", n))
	if to.write("jsonnetfile.json", []byte("{}")); to.err != nil {
		return t, to.err
	}
	c := contest{
		title: fmt.Sprintf("Commands: jsonnet, %d objects", n),
		text: "One Tanka environment, which Tanka " + version("tk") + " evaluates and prints as JSON. " +
			"Most of the time is the evaluation by go-jsonnet, in both.",
		floor: "tk eval",
		entries: []entry{
			b.kuniq("kuniq jsonnet", to.dir, says(fmt.Sprintf(" %d objects", n)), "jsonnet", "main.jsonnet"),
			{name: "tk eval", check: counts(n), cmd: command{Args: []string{b.tools["tk"], "eval", "."}, Dir: to.dir, Pipe: true, Count: `"ConfigMap"`}},
		},
	}
	return b.measure(ctx, &c)
}
