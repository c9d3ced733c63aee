package main

import (
	"context"
	"fmt"
	"os"
)

// objectSize is how large the objects of the growth curve are.
const objectSize = 400

// scale measures how time and memory grow.
func (b *bench) scale(ctx context.Context) ([]table, error) {
	steps := []int{10_000, 100_000, 1_000_000}
	if b.quick {
		steps = []int{1000, 10_000}
	}
	t := table{
		title: "Growth", header: []string{"objects", "files", "bytes", "wall", "processor", "peak memory", "processor per object", "wall, × cat"},
		text: fmt.Sprintf("`kuniq check` of objects of %d bytes, 50 in each file, made by the command.", objectSize),
	}
	var perObject, memory []float64
	for _, n := range steps {
		c, err := b.step(ctx, n)
		if err != nil {
			return nil, err
		}
		r := c.of("kuniq check")
		took := spreadOf(seconds(r, cpu)).median
		perObject, memory = append(perObject, took/float64(n)), append(memory, peak(r))
		t.rows = append(t.rows, []string{
			fmt.Sprint(n), fmt.Sprint(n / 50), size(float64(n) * objectSize), duration(spreadOf(seconds(r, wall)).median), duration(took),
			size(peak(r)), number(took/float64(n)*1e6) + " µs", c.ratio("kuniq check", "cat").times(),
		})
	}
	last := len(steps) - 1
	t.aims = []aim{
		{text: fmt.Sprintf("peak memory of %d objects", steps[last]), got: memory[last], limit: 400e6, unit: size},
		{text: fmt.Sprintf("processor time per object, %d against %d", steps[last], steps[last-1]), got: perObject[last] / perObject[last-1], limit: 1.15},
	}
	b.say("%d objects in %d files: peak memory %s.", steps[last], steps[last]/50, size(memory[last]))
	one, err := b.oneFile(ctx, steps[last], memory[last])
	return []table{t, one}, err
}

// step measures one size.
func (b *bench) step(ctx context.Context, n int) (*contest, error) {
	dir := b.path("tree")
	defer os.RemoveAll(dir)
	files, err := writeTree(dir, n/50, 50, sized(objectSize))
	if err != nil {
		return nil, err
	}
	c := &contest{}
	c.add(entry{
		name: "kuniq check", cmd: command{Args: []string{b.tools["kuniq"], "check", "."}, Dir: dir, Pipe: true},
		check: finds(len(files), n),
	})
	c.add(entry{name: "cat", cmd: command{Args: append([]string{"cat"}, files...), Dir: dir}, check: says("")})
	return c, c.run(ctx, b.runs)
}

// oneFile measures a single large file with as many objects as the last step,
// whose memory is the index.
func (b *bench) oneFile(ctx context.Context, n int, index float64) (table, error) {
	const each = 2000
	name := b.path("large.yaml")
	defer os.Remove(name)
	if err := writeStream(name, n, sized(each)); err != nil {
		return table{}, err
	}
	var c contest
	c.add(entry{
		name: "kuniq check", cmd: command{Args: []string{b.tools["kuniq"], "check", name}, Pipe: true},
		check: says(fmt.Sprintf("1 file, %d objects, no duplicates\n", n)),
	})
	c.add(entry{name: "cat", cmd: command{Args: []string{"cat", name}}, check: says("")})
	c.add(entry{name: "wc -l", cmd: command{Args: []string{"wc", "-l", name}}, check: says("")})
	if err := c.run(ctx, min(b.runs, 3)); err != nil {
		return table{}, err
	}
	t := c.table("One large file", fmt.Sprintf("%d objects of %d bytes in one file of %s, made by the command. What is above the index is above the peak of the same number of objects in the last row of the growth curve.",
		n, each, size(float64(n)*each)), "cat")
	t.aims = []aim{{text: "peak memory above the index", got: max(0, peak(c.of("kuniq check"))-index), limit: 200e6, unit: size}}
	return t, nil
}
