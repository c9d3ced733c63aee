package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A spread is the median of several values, and the least and the greatest.
type spread struct{ median, least, most float64 }

// spreadOf returns the spread of values; of none, zeros.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return spread{(v[(n-1)/2] + v[n/2]) / 2, v[0], v[n-1]}
}

// ratios divides run by run: those of one round met the same machine.
func ratios(values, floor []float64) spread {
	all := make([]float64, min(len(values), len(floor)))
	for i := range all {
		all[i] = values[i] / floor[i]
	}
	return spreadOf(all)
}

// scaled multiplies everything.
func (s spread) scaled(by float64) spread { return spread{s.median * by, s.least * by, s.most * by} }

func (s spread) times() string {
	return fmt.Sprintf("%s (%s to %s)", number(s.median), number(s.least), number(s.most))
}

// number has three digits that mean something.
func number(f float64) string {
	switch {
	case f >= 100:
		return fmt.Sprintf("%.0f", f)
	case f >= 10:
		return fmt.Sprintf("%.1f", f)
	case f >= 0.1:
		return fmt.Sprintf("%.2f", f)
	}
	return fmt.Sprintf("%.3f", f)
}

func duration(seconds float64) string {
	if seconds < 1 {
		return number(seconds*1e3) + " ms"
	}
	return number(seconds) + " s"
}

func size[N int | float64](bytes N) string {
	switch n := float64(bytes); {
	case n >= 1e9:
		return number(n/1e9) + " GB"
	case n >= 1e6:
		return number(n/1e6) + " MB"
	default:
		return number(n/1e3) + " kB"
	}
}

// A table is a section of the output.
type table struct {
	title, text string
	header      []string
	rows        [][]string
	aims        []aim
}

// An aim is what the project wants to reach in a table.
type aim struct {
	text    string
	got     float64
	limit   float64
	atLeast bool
	unit    func(float64) string
}

func (a aim) String() string {
	word, unit, met := "at most", a.unit, a.got <= a.limit
	if a.atLeast {
		word, met = "at least", a.got >= a.limit
	}
	if unit == nil {
		unit = number
	}
	outcome := "**missed**"
	if met {
		outcome = "met"
	}
	return fmt.Sprintf("%s: aim %s %s, seen %s: %s", a.text, word, unit(a.limit), unit(a.got), outcome)
}

// String is the table in Markdown.
func (t table) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s\n\n", t.title, t.text)
	row := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	row(t.header)
	row(append([]string{"---"}, slices.Repeat([]string{"---:"}, len(t.header)-1)...))
	for _, r := range t.rows {
		row(r)
	}
	return b.String()
}

func seconds(all []sample, of func(sample) time.Duration) []float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s).Seconds()
	}
	return values
}

func wall(s sample) time.Duration { return s.Wall }
func cpu(s sample) time.Duration  { return s.CPU }

// peak is the greatest peak of all runs.
func peak(all []sample) float64 {
	var most int64
	for _, s := range all {
		most = max(most, s.Peak)
	}
	return float64(most)
}
