package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// An entry is one row of a table of processes.
type entry struct {
	name   string
	cmd    command
	check  func(sample) error
	before func() error // what is not measured
	often  bool         // that it runs in four times as many rounds
}

// A contest runs entries in turn, several rounds, so that whatever else the
// machine does meets all of them. What is soon over is run more often.
type contest struct {
	entries []entry
	results [][]sample // by entry, by round
}

// enough is how long a contest goes on if it is allowed more than one round.
const enough = 4 * time.Second

func (c *contest) add(e entry) { c.entries = append(c.entries, e) }

func (c *contest) run(ctx context.Context, rounds int) error {
	c.results = make([][]sample, len(c.entries))
	start := time.Now()
	for round := 0; round < rounds || rounds > 1 && round < 5*rounds && time.Since(start) < enough; round++ {
		if err := c.round(ctx, round, false); err != nil {
			return err
		}
	}
	for round := rounds; rounds > 1 && round < 4*rounds; round++ {
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

// ratio is the wall time of one entry in that of another, run by run.
func (c *contest) ratio(name, floor string) spread {
	return ratios(seconds(c.of(name), wall), seconds(c.of(floor), wall))
}

// cpuRatio is the same for the processor time.
func (c *contest) cpuRatio(name, floor string) spread {
	return ratios(seconds(c.of(name), cpu), seconds(c.of(floor), cpu))
}

// table has a row for each entry, with its wall time in that of a floor.
func (c *contest) table(title, text, floor string) table {
	t := table{title: title, text: text, header: []string{"command", "wall", "processor", "peak memory", "wall, × " + floor, "processor, × " + floor}}
	for i, e := range c.entries {
		r := c.results[i]
		t.rows = append(t.rows, []string{
			e.name, duration(spreadOf(seconds(r, wall)).median), duration(spreadOf(seconds(r, cpu)).median), size(peak(r)),
			c.ratio(e.name, floor).times(), number(c.cpuRatio(e.name, floor).median),
		})
	}
	return t
}

// progress tells a person that something is going on.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}
