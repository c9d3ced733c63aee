package outline

import (
	"bytes"
	"slices"
	"strings"
)

// Step is one step of a path: the Index of an item of a list, or a Key if that is negative.
type Step struct {
	Key   string
	Index int
}

// Change is a scalar in which two texts differ: its Path, and the values One and Other.
type Change struct {
	Path       []Step
	One, Other any
}

// mostChanges is how many lines may differ. Texts with more have little in common.
const mostChanges = 16

// Changes returns the scalars in which two texts differ that Decode would take, without
// making their values. The texts must have the same lines but for scalars that stand in
// one line, as copies of an object mostly have. It returns false for all others.
func Changes(one, other []byte, plain func(string) (any, bool)) (changes []Change, ok bool) {
	p := pair{other: other}
	if !p.pairLines(one) {
		return nil, false
	}
	d := decoder{text: one, all: string(one), plain: plain, pair: &p}
	_, ok = d.root()
	return p.changes, ok && len(p.lines) == 0
}

// pair is what a decoder needs to compare its text with another one.
type pair struct {
	other   []byte
	lines   []linePair // that differ and were not met yet
	path    []Step
	changes []Change
}

// linePair are the offsets of a line in both texts.
type linePair struct{ one, other int }

// pairLines finds the lines that differ. It returns false if there are too many, or more
// lines in one of the texts.
func (p *pair) pairLines(one []byte) bool {
	i, k := 0, 0
	for i < len(one) && k < len(p.other) {
		end, otherEnd := lineFeed(one, i), lineFeed(p.other, k)
		if !bytes.Equal(one[i:end], p.other[k:otherEnd]) {
			if len(p.lines) == mostChanges {
				return false
			}
			p.lines = append(p.lines, linePair{i, k})
		}
		i, k = end+1, otherEnd+1
	}
	return i-len(one) == k-len(p.other)
}

// enter goes into the value of a key, or of an item if the index is not negative.
func (p *pair) enter(key string, index int) {
	if p != nil {
		p.path = append(p.path, Step{Key: key, Index: index})
	}
}

func (p *pair) leave() {
	if p != nil {
		p.path = p.path[:len(p.path)-1]
	}
}

// met is how many changes were found so far.
func (p *pair) met() int {
	if p == nil {
		return 0
	}
	return len(p.changes)
}

// compare compares a scalar of the present line with that of the other text. It returns
// false if there is none.
func (d *decoder) compare(at, end int, found lineKind) bool {
	p := d.pair
	if len(p.lines) == 0 || p.lines[0].one != d.lineAt {
		return true
	}
	line := p.lines[0]
	p.lines = p.lines[1:]
	before := d.text[d.lineAt:at]
	if !bytes.HasPrefix(p.other[line.other:], before) {
		return false
	}
	from := line.other + len(before)
	otherEnd, otherFound := commonValue(p.other, from)
	if otherEnd < 0 || otherFound == keyBlock {
		return false
	}
	p.changes = append(p.changes, Change{
		Path: slices.Clone(p.path), One: d.scalar(d.all[at:end], found), Other: d.scalar(string(p.other[from:otherEnd]), otherFound),
	})
	return true
}

// scalar is the value of a scalar in one line.
func (d *decoder) scalar(text string, found lineKind) any {
	if found == keyQuoted {
		return text[1 : len(text)-1]
	}
	text = strings.TrimRight(text, " ")
	if value, other := d.plain(text); other {
		return value
	}
	return text
}
