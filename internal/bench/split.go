package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// split measures what writes or passes on.
func (b *bench) split(ctx context.Context) ([]table, error) {
	name := b.path("all.yaml")
	defer os.Remove(name)
	n := b.scaled(50_000, 1000)
	if err := writeStream(name, n, small); err != nil {
		return nil, err
	}
	first, err := b.writeFiles(ctx, name, fmt.Sprintf("%d small objects", n), n)
	if err != nil {
		return nil, err
	}
	r, err := writeRealStream(name, b.files, b.scaled(10_000, 500))
	if err != nil {
		return nil, err
	}
	second, err := b.writeFiles(ctx, name, fmt.Sprintf("%d real objects", r.objects), r.objects)
	if err != nil {
		return nil, err
	}
	third, err := b.filter(ctx, name, r)
	if err != nil {
		return nil, err
	}
	fourth, err := b.function(ctx)
	return []table{first, second, third, fourth}, err
}

// writeFiles measures split of a file, and cp -r of what it wrote.
func (b *bench) writeFiles(ctx context.Context, name, what string, objects int) (table, error) {
	out, to := b.path("out"), b.path("copy")
	defer os.RemoveAll(out)
	defer os.RemoveAll(to)
	var c contest
	run := command{Args: []string{b.tools["kuniq"], "split", "-d", out, name}, Pipe: true}
	c.add(entry{
		name: "kuniq split", cmd: run, before: func() error { return os.RemoveAll(out) },
		check: func(s sample) error {
			if err := says("")(s); err != nil {
				return err
			}
			return holds(out, objects)
		},
	})
	c.add(entry{name: "kuniq split, again, nothing to do", cmd: run, check: says("")})
	copyTree(b, &c, out)
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	t := c.table("Split: "+what, "`kuniq split` writes one file for each object of one file, reads them again and compares; `cp -r` copies the directory that it made.", "cp -r")
	got := c.ratio("kuniq split", "cp -r")
	t.aims = []aim{{text: "`kuniq split`, wall time against `cp -r` of the result", got: got.median, limit: 1}}
	b.say("`kuniq split` into %s takes %s times as long as `cp -r` of the result.", what, number(got.median))
	return t, nil
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
func (b *bench) filter(ctx context.Context, name string, r real) (table, error) {
	var c contest
	whole := func(s sample) error {
		if err := says("")(s); err != nil {
			return err
		}
		if s.Size != int64(r.bytes) {
			return fmt.Errorf("%d bytes came out, want %d", s.Size, r.bytes)
		}
		return nil
	}
	c.add(entry{name: "kuniq filter", cmd: command{Args: []string{b.tools["kuniq"], "filter"}, Stdin: name, Pipe: true}, check: whole})
	c.add(entry{name: "cat", cmd: command{Args: []string{"cat"}, Stdin: name, Pipe: true}, check: whole})
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	t := c.table("Filter", fmt.Sprintf("%d real objects, %s, from a file to a pipe that is read at once.", r.objects, size(float64(r.bytes))), "cat")
	got := c.ratio("kuniq filter", "cat")
	t.aims = []aim{{text: "`kuniq filter`, wall time against `cat`", got: got.median, limit: 3}}
	return t, nil
}

// function measures the KRM function and one that does nothing.
func (b *bench) function(ctx context.Context) (table, error) {
	n := b.scaled(10_000, 500)
	name := b.path("list.yaml")
	defer os.Remove(name)
	list := resourceList(n)
	if err := writeFile(name, list); err != nil {
		return table{}, err
	}
	var c contest
	c.add(entry{
		name: "kuniq fn", cmd: command{Args: []string{b.tools["kuniq"], "fn"}, Stdin: name, Pipe: true},
		check: says(fmt.Sprintf("kuniq: %d objects, no duplicates", n)),
	})
	c.add(entry{
		name: "kyaml echo", cmd: command{Args: []string{b.tools["echo"]}, Stdin: name, Pipe: true},
		check: says(fmt.Sprintf("name: app-%d\n", n-1)),
	})
	if err := c.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	t := c.table("Function", fmt.Sprintf("A ResourceList of %d objects, %s, made by the command. The echo reads and writes it with kyaml v0.21.2, and does nothing else.",
		n, size(float64(len(list)))), "kyaml echo")
	t.aims = []aim{{text: "`kuniq fn`, wall time against the echo", got: c.ratio("kuniq fn", "kyaml echo").median, limit: 0.3}}
	return t, nil
}
