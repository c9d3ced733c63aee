package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// What is run on a repository of kustomizations.
const (
	firstRun   = "kuniq check, first run"
	secondRun  = "kuniq check, second run"
	fewerRoots = "kuniq check, fewer roots"
	oneByOne   = "kustomize build"
)

// rendered measures a repository of kustomizations, which kuniq renders, beside
// the real command.
func (b *bench) rendered(ctx context.Context) ([]table, error) {
	roots, fewer, every := b.scaled(2000, 40), b.scaled(500, 10), b.scaled(20, 4)
	dir, cache := b.path("fleet"), b.path("cache")
	defer os.RemoveAll(dir)
	defer os.RemoveAll(cache)
	dirs, err := writeFleet(filepath.Join(dir, "all"), roots)
	if err != nil {
		return nil, err
	}
	if _, err := writeFleet(filepath.Join(dir, "fewer"), fewer); err != nil {
		return nil, err
	}
	c := &contest{}
	check := func(name, where string, roots int, before func() error, args ...string) {
		c.add(entry{
			name:   name,
			cmd:    command{Args: append([]string{b.tools["kuniq"], "check", "--set", "env/{cluster}", "."}, args...), Dir: filepath.Join(dir, where), Pipe: true, Group: true},
			check:  says(fmt.Sprintf(", %d objects, no duplicates; rendered: ", roots*perRoot)),
			before: before,
		})
	}
	empty := func() error { return os.RemoveAll(cache) }
	check(firstRun, "all", roots, empty, "--cache", cache)
	check(secondRun, "all", roots, nil, "--cache", cache)
	check(fewerRoots, "fewer", fewer, empty, "--cache", cache)
	sample := sampleOf(dirs, every)
	const each = `kustomize=$0; for dir; do "$kustomize" build "$dir" || exit 1; done`
	c.add(entry{
		name:  oneByOne,
		cmd:   command{Args: append([]string{"sh", "-c", each, b.tools["kustomize"]}, sample...), Dir: filepath.Join(dir, "all"), Pipe: true, Group: true, Count: "\nkind: "},
		check: counts(len(sample) * perRoot),
	})
	if err := c.run(ctx, min(b.runs, 3)); err != nil {
		return nil, err
	}
	return []table{renderedTable(b, c, roots, fewer, len(sample))}, nil
}

// sampleOf returns every nth.
func sampleOf(dirs []string, n int) []string {
	var sample []string
	for chunk := range slices.Chunk(dirs, n) {
		sample = append(sample, chunk[len(sample)%len(chunk)])
	}
	return sample
}

// renderedTable has the time of the sample as that of all roots.
func renderedTable(b *bench, c *contest, roots, fewer, sample int) table {
	times := float64(roots) / float64(sample)
	t := table{
		title: fmt.Sprintf("Kustomizations: %d roots", roots),
		text: fmt.Sprintf("%d roots over %d shared bases, %d objects, made by the command; one set for each cluster. kustomize %s builds the roots one after another: "+
			"%d of them, from all over the repository, and its times are multiplied by %s. kuniq has `--cache`: a directory that is empty in the first run, and nothing has changed in the second. "+
			"Peak memory is that of all processes together, as seen every %v. The fewer roots are %d.",
			roots, min(roots, fleetBases), roots*perRoot, version("kustomize"), sample, number(times), watchEvery, fewer),
		header: []string{"command", "wall", "processor", "peak memory", "of kustomize's wall time, 1 in", "of its processor time, 1 in"},
	}
	for _, e := range c.entries {
		r, scale, part := c.of(e.name), 1.0, times
		switch e.name {
		case oneByOne:
			scale, part = times, 1
		case fewerRoots:
			part *= float64(fewer) / float64(roots)
		}
		t.rows = append(t.rows, []string{
			e.name, duration(scale * spreadOf(seconds(r, wall)).median), duration(scale * spreadOf(seconds(r, cpu)).median), size(peak(r)),
			c.ratio(oneByOne, e.name).scaled(part).times(), number(c.cpuRatio(oneByOne, e.name).scaled(part).median),
		})
	}
	first, second := c.ratio(oneByOne, firstRun).scaled(times).median, c.ratio(oneByOne, secondRun).scaled(times).median
	perObject := (peak(c.of(firstRun)) - peak(c.of(fewerRoots))) / float64((roots-fewer)*perRoot)
	t.aims = []aim{
		{text: "wall time of `kustomize build` against the first run", got: first, limit: 2, atLeast: true},
		{text: "wall time of `kustomize build` against the second run", got: second, limit: 20, atLeast: true},
		{text: fmt.Sprintf("peak memory, %d roots against %d, for each object more", roots, fewer), got: max(0, perObject), limit: 600, unit: octets},
	}
	b.say("`kustomize build` of %d roots with %d objects, one after another, takes %s times as long as `kuniq check` of them all, and %s times as long as the next one with `--cache`.",
		roots, roots*perRoot, number(first), number(second))
	return t
}

func octets(n float64) string { return number(n) + " B" }
