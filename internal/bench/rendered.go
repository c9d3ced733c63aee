package main

import (
	"context"
	"fmt"
	"os"
	"slices"
)

// The programs that run on a repository of kustomizations.
const (
	firstRun   = "kuniq check, first run"
	secondRun  = "kuniq check, second run"
	fewerRoots = "kuniq check, fewer roots"
	oneByOne   = "kustomize build"
)

// rendered measures a repository of kustomizations, which kuniq renders, beside
// the real command.
func (b *bench) rendered(ctx context.Context) (table, error) {
	roots, fewer, every := b.scaled(2000, 40), b.scaled(500, 10), b.scaled(20, 4)
	defer b.remove("fleet", "fewer", "cache")
	dirs, err := writeFleet(b.path("fleet"), roots)
	if err != nil {
		return table{}, err
	}
	if _, err := writeFleet(b.path("fewer"), fewer); err != nil {
		return table{}, err
	}
	check := func(name, dir string, roots int, before func() error) entry {
		e := b.kuniq(name, b.path(dir), says(fmt.Sprintf(", %d objects, no duplicates; rendered: ", roots*perRoot)),
			"check", "--set", "env/{cluster}", ".", "--cache", b.path("cache"))
		e.before, e.cmd.Group = before, true
		return e
	}
	empty := func() error { return os.RemoveAll(b.path("cache")) }
	sample := sampleOf(dirs, every)
	const each = `kustomize=$0; for dir; do "$kustomize" build "$dir" || exit 1; done`
	c := &contest{rounds: min(b.runs, 3), entries: []entry{
		check(firstRun, "fleet", roots, empty), check(secondRun, "fleet", roots, nil), check(fewerRoots, "fewer", fewer, empty),
		{
			name:  oneByOne,
			cmd:   command{Args: append([]string{"sh", "-c", each, b.tools["kustomize"]}, sample...), Dir: b.path("fleet"), Pipe: true, Group: true, Count: "\nkind: "},
			check: counts(len(sample) * perRoot),
		},
	}}
	if err := c.run(ctx); err != nil {
		return table{}, err
	}
	return renderedTable(b, c, roots, fewer, len(sample)), nil
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
			"%d of them, from all over the repository; its times are multiplied by %s. kuniq has `--cache`, with an empty directory in the first run and without a change in the second. "+
			"Peak memory is that of all processes together, as seen every %v. The fewer roots are %d.",
			roots, min(roots, fleetBases), roots*perRoot, version("kustomize"), sample, number(times), watchEvery, fewer),
		header: []string{"command", "wall", "processor", "peak memory", "of kustomize's wall time, 1 in", "of its processor time, 1 in"},
	}
	for _, e := range c.entries {
		scale, part := 1.0, times
		switch e.name {
		case oneByOne:
			scale, part = times, 1
		case fewerRoots:
			part *= float64(fewer) / float64(roots)
		}
		t.rows = append(t.rows, c.row(e.name, scale, c.ratio(oneByOne, e.name, wall).scaled(part), c.ratio(oneByOne, e.name, cpu).scaled(part)))
	}
	first, second := times*c.ratio(oneByOne, firstRun, wall).median, times*c.ratio(oneByOne, secondRun, wall).median
	perObject := (peak(c.of(firstRun)) - peak(c.of(fewerRoots))) / float64((roots-fewer)*perRoot)
	t.aims = []aim{
		{text: "wall time of `kustomize build` against the first run", got: first, limit: 2, atLeast: true},
		{text: "wall time of `kustomize build` against the second run", got: second, limit: 50, atLeast: true},
		{
			text: fmt.Sprintf("peak memory, %d roots against %d, for each object more", roots, fewer), got: max(0, perObject), limit: 600,
			unit: func(n float64) string { return number(n) + " B" },
		},
	}
	b.say("`kustomize build` of %d roots with %d objects, one after another, takes %s times as long as `kuniq check` of them all, and %s times as long as the next one with `--cache`.",
		roots, roots*perRoot, number(first), number(second))
	return t
}
