package report

import (
	"fmt"
	"path"
	"strconv"
)

const (
	mostInFull  = 20 // findings that a brief report shows one by one
	mostInBrief = 10 // findings that it shows if there are more
	mostCauses  = 5  // causes of unread parts that it then names
)

// chosen returns which findings a brief report shows, and how many of each group
// there are. All groups have one before any has two.
func chosen(groups []group) []group {
	quota := make([]int, len(groups))
	for left, before := mostInBrief, 0; left > 0 && left != before; {
		before = left
		for i, g := range groups {
			if left > 0 && quota[i] < len(g.all) {
				quota[i]++
				left--
			}
		}
	}
	out := make([]group, 0, len(groups))
	for i, g := range groups {
		out = append(out, group{g.rule, g.severity, g.all[:quota[i]]})
	}
	return out
}

// directories lists the directories of the findings of a group, with their numbers.
func (g group) directories() string { return named(g.byDirectory(), mostSummed, strconv.Itoa) }

// byDirectory counts the findings of a group by the directory of the primary place.
func (g group) byDirectory() map[string]int {
	counts := map[string]int{}
	for _, d := range g.all {
		at, _ := primary(d)
		counts[path.Dir(fileOf(at.Position))]++
	}
	return counts
}

// brief prints a table of all findings by rule and directory, and then some of them.
func (p *printer) brief(groups, shown []group) {
	width := 0
	for _, g := range groups {
		width = max(width, len(show(string(g.rule))))
	}
	for _, g := range groups {
		rule := show(string(g.rule))
		level := p.paint.wrap(levelOf(g.severity).color, fmt.Sprintf("%-7s", g.severity))
		p.line(fmt.Sprintf("%7d %s  %s%*s  %s", len(g.all), level,
			p.paint.link(p.options.address(g.rule), rule), width-len(rule), "", g.directories()))
	}
	p.line("")
	p.few = true
	for _, g := range shown {
		for _, d := range g.all {
			p.diagnostic(d)
			p.line("")
		}
	}
	p.note("only some of the findings are above; --all shows every one, as do -o json and the other formats")
	p.line("")
}
