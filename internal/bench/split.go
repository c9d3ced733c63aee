package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// splitSmall measures split of small objects.
func (b *bench) splitSmall(ctx context.Context) (t table, err error) {
	return b.split(ctx, "small", b.scaled(50_000, 1000), small, 0.8)
}

// splitReal measures split of real objects.
func (b *bench) splitReal(ctx context.Context) (t table, err error) {
	return b.split(ctx, "real", b.scaled(10_000, 500), realObjects(b.files), 1.2)
}

// split measures split of objects beside cp -r of the result. The aim is a ratio of wall
// times of at most most.
func (b *bench) split(ctx context.Context, sort string, objects int, o object, most float64) (t table, err error) {
	defer b.remove("all.yaml", "out", "copy")
	if _, err := writeStream(b.path("all.yaml"), objects, o); err != nil {
		return t, err
	}
	out, what := b.path("out"), fmt.Sprintf("%d %s objects", objects, sort)
	first := b.kuniq("kuniq split", "", func(s sample) error {
		if err := says("")(s); err != nil {
			return err
		}
		return holds(out, objects)
	}, "split", "-d", out, b.path("all.yaml"))
	again := entry{name: "kuniq split, again, nothing to do", cmd: first.cmd}
	first.before = func() error { return os.RemoveAll(out) }
	c := contest{
		title: "Split: " + what,
		text:  "`kuniq split` writes one file for each object of one file, reads the files again and compares. `cp -r` copies the directory that split made.",
		floor: "cp -r", aim: aim{text: "`kuniq split`, wall time against `cp -r` of the result", limit: most},
		say:     "`kuniq split` into " + what + " takes %s times as long as `cp -r` of the result.",
		entries: []entry{first, again, copyTree(b, out)},
	}
	return b.measure(ctx, &c)
}

// holds says whether a directory has so many manifests.
func holds(dir string, want int) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err == nil && len(found) != want {
		err = fmt.Errorf("%d files were written, want %d", len(found), want)
	}
	return err
}

// filter measures what a pipeline waits for.
func (b *bench) filter(ctx context.Context) (t table, err error) {
	defer b.remove("all.yaml")
	r, err := writeStream(b.path("all.yaml"), b.scaled(10_000, 500), realObjects(b.files))
	if err != nil {
		return t, err
	}
	pipe := func(name string, tool ...string) entry {
		return entry{name: name, cmd: command{Args: tool, Stdin: b.path("all.yaml"), Pipe: true}, check: func(s sample) error {
			if s.Exit == 0 && s.Size != int64(r.bytes) {
				return fmt.Errorf("%d bytes came out, want %d", s.Size, r.bytes)
			}
			return says("")(s)
		}}
	}
	c := contest{
		title: "Filter", text: fmt.Sprintf("%d real objects, %s, from a file to a pipe that is read at once.", r.objects, size(r.bytes)),
		floor: "cat", aim: aim{text: "`kuniq filter`, wall time against `cat`", limit: 3},
		entries: []entry{pipe("kuniq filter", b.tools["kuniq"], "filter"), pipe("cat", "cat")},
	}
	return b.measure(ctx, &c)
}

// function measures the KRM function and one that does nothing.
func (b *bench) function(ctx context.Context) (t table, err error) {
	defer b.remove("list.yaml")
	n := b.scaled(10_000, 500)
	list, name := resourceList(n), b.path("list.yaml")
	if err := os.WriteFile(name, list, 0o666); err != nil {
		return t, err
	}
	c := contest{
		title: "Function",
		text: fmt.Sprintf("A ResourceList of %d objects, %s, made by the command. The echo reads and writes it with kyaml v0.21.2, and does nothing else.",
			n, size(len(list))),
		floor: "kyaml echo", aim: aim{text: "`kuniq fn`, wall time against the echo", limit: 0.3},
		entries: []entry{
			{name: "kuniq fn", cmd: command{Args: []string{b.tools["kuniq"], "fn"}, Stdin: name, Pipe: true}, check: says(fmt.Sprintf("kuniq: %d objects, no duplicates", n))},
			{name: "kyaml echo", cmd: command{Args: []string{b.tools["echo"]}, Stdin: name, Pipe: true}, check: says(fmt.Sprintf("name: app-%d\n", n-1))},
		},
	}
	return b.measure(ctx, &c)
}
