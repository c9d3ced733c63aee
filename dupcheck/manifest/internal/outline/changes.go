package outline

import "bytes"

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

// Comparer compares texts. The zero value is ready for use. It uses the memory of one
// comparison for the next one, and is not safe for concurrent use.
type Comparer struct {
	other   []byte
	lines   []linePair // that differ
	met     int        // how many of them were met
	path    []step     // of what is read now
	changes []Change
	last    []Step // the path of the last change
}

// linePair are the offsets of a line in both texts.
type linePair struct{ one, other int }

// step is a Step whose key is a part of the text.
type step struct {
	key   []byte
	index int
}

// Changes returns the scalars in which two texts differ that Decode would take, without
// making their values. The texts must have the same lines but for scalars that stand in
// one line, as copies of an object mostly have. It returns false for all others. The
// changes are valid until the next call. Their paths stay valid, and may be shared: callers
// do not change them.
func (c *Comparer) Changes(one, other []byte, plain func([]byte) (any, bool)) (changes []Change, ok bool) {
	c.other, c.lines, c.met, c.path, c.changes = other, c.lines[:0], 0, c.path[:0], c.changes[:0]
	if !c.pairLines(one) {
		return nil, false
	}
	d := decoder{text: one, plain: plain, comparer: c}
	_, ok = d.root()
	return c.changes, ok && c.met == len(c.lines)
}

// pairLines finds the lines that differ. It returns false if there are too many, or more
// lines in one of the texts.
func (c *Comparer) pairLines(one []byte) bool {
	i, k := 0, 0
	for i < len(one) && k < len(c.other) {
		end, otherEnd := lineFeed(one, i), lineFeed(c.other, k)
		if !bytes.Equal(one[i:end], c.other[k:otherEnd]) {
			if len(c.lines) == mostChanges {
				return false
			}
			c.lines = append(c.lines, linePair{i, k})
		}
		i, k = end+1, otherEnd+1
	}
	return i-len(one) == k-len(c.other)
}

// enter goes into the value of a key, or of an item if the index is not negative.
func (c *Comparer) enter(key []byte, index int) {
	if c != nil {
		c.path = append(c.path, step{key, index})
	}
}

func (c *Comparer) leave() {
	if c != nil {
		c.path = c.path[:len(c.path)-1]
	}
}

// found is how many changes were found so far.
func (c *Comparer) found() int {
	if c == nil {
		return 0
	}
	return len(c.changes)
}

// compare compares a scalar of the present line with that of the other text. It returns
// false if there is none.
func (d *decoder) compare(at, end int, found lineKind) bool {
	c := d.comparer
	if c.met == len(c.lines) || c.lines[c.met].one != d.lineAt {
		return true
	}
	line := c.lines[c.met]
	c.met++
	before := d.text[d.lineAt:at]
	if !bytes.HasPrefix(c.other[line.other:], before) {
		return false
	}
	from := line.other + len(before)
	otherEnd, otherFound := commonValue(c.other, from)
	if otherEnd < 0 || otherFound == keyBlock {
		return false
	}
	c.changes = append(c.changes, Change{
		Path: c.steps(), One: d.scalar(d.text, at, end, found), Other: d.scalar(c.other, from, otherEnd, otherFound),
	})
	return true
}

// steps returns the present path. Objects that follow each other mostly differ in the same
// field.
func (c *Comparer) steps() []Step {
	same := len(c.last) == len(c.path)
	for i := 0; i < len(c.path) && same; i++ {
		same = c.last[i].Index == c.path[i].index && c.last[i].Key == string(c.path[i].key)
	}
	if !same {
		c.last = make([]Step, len(c.path))
		for i, s := range c.path {
			c.last[i] = Step{string(s.key), s.index}
		}
	}
	return c.last
}
