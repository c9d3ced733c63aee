package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// An entry is one row of a table of processes.
type entry struct {
	name   string
	cmd    command
	check  func(sample) error // nil says that it is enough to end well
	before func() error       // what is not measured
	often  bool               // that it runs in four times as many rounds
	bytes  int                // that it reads, if the table has a column for its speed
}

// A contest runs entries in turn, several rounds, so that whatever else the
// machine does meets all of them. Short ones are run more often. Its table
// has a row for each entry, beside one that is the floor.
type contest struct {
	title, text string
	header      []string // nil says what the columns are
	floor       string
	// aim and say are about the wall time of the first entry in that of the floor,
	// which they do not have yet. Without a text there is none.
	aim     aim
	say     string // a format
	large   bool   // so that few rounds are enough
	rounds  int
	entries []entry
	results [][]sample // by entry, by round
}

// enough is how long a contest goes on if it is allowed more than one round.
const enough = 4 * time.Second

func (c *contest) run(ctx context.Context) error {
	c.results = make([][]sample, len(c.entries))
	start := time.Now()
	for round := 0; round < c.rounds || c.rounds > 1 && round < 5*c.rounds && time.Since(start) < enough; round++ {
		if err := c.round(ctx, round, false); err != nil {
			return err
		}
	}
	for round := c.rounds; c.rounds > 1 && round < 4*c.rounds; round++ {
		if err := c.round(ctx, round, true); err != nil {
			return err
		}
	}
	return nil
}

// round runs every entry once, or those alone that run often.
func (c *contest) round(ctx context.Context, n int, often bool) error {
	for i, e := range c.entries {
		if often && !e.often {
			continue
		}
		s, err := e.once(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		c.results[i] = append(c.results[i], s)
		progress("%s, round %d: %s", e.name, n+1, s.Wall.Round(time.Microsecond*100))
	}
	return nil
}

func (e entry) once(ctx context.Context) (sample, error) {
	if e.before != nil {
		if err := e.before(); err != nil {
			return sample{}, err
		}
	}
	s, err := e.cmd.run(ctx)
	if err != nil {
		return sample{}, err
	}
	if e.check == nil {
		e.check = says("")
	}
	return s, e.check(s)
}

// of returns the results of an entry by its name.
func (c *contest) of(name string) []sample {
	for i, e := range c.entries {
		if e.name == name {
			return c.results[i]
		}
	}
	panic("no entry " + name)
}

// median is that of the wall time or of the processor time of an entry.
func (c *contest) median(name string, of func(sample) time.Duration) float64 {
	return spreadOf(seconds(c.of(name), of)).median
}

// ratio is the wall time or the processor time of one entry in that of another,
// run by run.
func (c *contest) ratio(name, floor string, of func(sample) time.Duration) spread {
	return ratios(seconds(c.of(name), of), seconds(c.of(floor), of))
}

// row is that of an entry: its times and how they compare.
func (c *contest) row(name string, times float64, walls, cpus spread) []string {
	return []string{
		name, duration(times * c.median(name, wall)), duration(times * c.median(name, cpu)), size(peak(c.of(name))),
		walls.times(), number(cpus.median),
	}
}

// measure runs a contest and returns its table.
func (b *bench) measure(ctx context.Context, c *contest) (t table, err error) {
	if c.rounds = b.runs; c.large {
		c.rounds = min(b.runs, 3)
	}
	if err := c.run(ctx); err != nil {
		return t, err
	}
	t = table{title: c.title, text: c.text, header: c.header}
	if t.header == nil {
		t.header = []string{"command", "wall", "processor", "peak memory", "wall, × " + c.floor, "processor, × " + c.floor}
	}
	speeds := slices.ContainsFunc(c.entries, func(e entry) bool { return e.bytes > 0 })
	if speeds {
		t.header = append(slices.Clone(t.header), "MB/s")
	}
	for _, e := range c.entries {
		row := c.row(e.name, 1, c.ratio(e.name, c.floor, wall), c.ratio(e.name, c.floor, cpu))
		if speeds {
			row = append(row, number(float64(e.bytes)/1e6/c.median(e.name, wall)))
		}
		t.rows = append(t.rows, row)
	}
	got := c.ratio(c.entries[0].name, c.floor, wall).median
	if c.aim.text != "" {
		c.aim.got = got
		t.aims = []aim{c.aim}
	}
	if c.say != "" {
		b.say(c.say, number(got))
	}
	return t, nil
}

// progress tells a person that something is going on.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
