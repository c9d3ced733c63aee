package main

import (
	"context"
	"fmt"
)

// objectSize is how large the objects of the growth curve are.
const objectSize = 400

// steps are the numbers of objects of the growth curve.
func steps(quick bool) []int {
	if quick {
		return []int{1000, 10_000}
	}
	return []int{10_000, 100_000, 1_000_000}
}

// growth measures how time and memory grow.
func (b *bench) growth(ctx context.Context) (table, error) {
	t := table{
		title: "Growth", header: []string{"objects", "files", "bytes", "wall", "processor", "peak memory", "processor per object", "wall, × cat"},
		text: fmt.Sprintf("`kuniq check` of objects of %d bytes, 50 in each file, made by the command.", objectSize),
	}
	var n int
	var before, perObject float64
	for _, n = range steps(b.quick) {
		c, err := step(ctx, b, n)
		if err != nil {
			return t, err
		}
		row := c.row("kuniq check", 1, c.ratio("kuniq check", "cat", wall), spread{})
		before, perObject = perObject, c.median("kuniq check", cpu)/float64(n)
		b.index = peak(c.of("kuniq check"))
		t.rows = append(t.rows, []string{
			fmt.Sprint(n), fmt.Sprint(n / 50), size(n * objectSize), row[1], row[2], row[3], number(perObject*1e6) + " µs", row[4],
		})
	}
	t.aims = []aim{
		{text: fmt.Sprintf("peak memory of %d objects", n), got: b.index, limit: 400e6, unit: size[float64]},
		{text: fmt.Sprintf("processor time per object, %d against %d", n, n/10), got: perObject / before, limit: 1.15},
	}
	b.say("%d objects in %d files: peak memory %s.", n, n/50, size(b.index))
	return t, nil
}

// step measures one size.
func step(ctx context.Context, b *bench, n int) (*contest, error) {
	defer b.remove("tree")
	dir := b.path("tree")
	w, err := writeTree(dir, n/50, 50, sized(objectSize))
	if err != nil {
		return nil, err
	}
	c := &contest{rounds: b.runs, entries: []entry{
		b.kuniq("kuniq check", dir, finds(len(w.files), n), "check", "."), floor("cat", dir, w.files...),
	}}
	return c, c.run(ctx)
}

// oneFile measures a single large file with as many objects as the last step of
// the growth, whose memory is the index.
func (b *bench) oneFile(ctx context.Context) (table, error) {
	const each = 2000
	defer b.remove("large.yaml")
	name, numbers := b.path("large.yaml"), steps(b.quick)
	n := numbers[len(numbers)-1]
	if _, err := writeStream(name, n, sized(each)); err != nil {
		return table{}, err
	}
	c := contest{
		title: "One large file",
		text: fmt.Sprintf("%d objects of %d bytes in one file of %s, made by the command. Memory above the index is the memory above the peak of the same number of objects in the last row of Growth.",
			n, each, size(n*each)),
		floor: "cat", large: true,
		entries: reading(n*each, []entry{
			b.kuniq("kuniq check", "", says(fmt.Sprintf("1 file, %d objects, no duplicates\n", n)), "check", name),
			floor("cat", "", name), floor("wc -l", "", name), floor("sha256sum", "", name),
		}),
	}
	t, err := b.measure(ctx, &c)
	if err == nil {
		t.aims = []aim{{text: "peak memory above the index", got: max(0, peak(c.of("kuniq check"))-b.index), limit: 200e6, unit: size[float64]}}
	}
	return t, err
}
