package dupcheck

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	mostPaths    = 10   // paths named in one diagnostic
	longestPath  = 1000 // bytes of a path before it is cut
	longestShown = 80   // characters shown of one value
)

// absent stands for a field that a declaration lacks.
type absent struct{}

// differ collects the paths at which values differ. Paths are written out only
// where there is a difference: input may nest ten thousand deep.
type differ struct {
	show  bool
	path  []Step
	found []difference // the least by path, sorted
	total int
}

// Step is one step of a path: the Index of an item of a list, or a Key if that is negative.
type Step struct {
	Key   string
	Index int
}

// Change is a field in which two contents differ: its Path, and its values One and Other,
// which are no collections.
type Change struct {
	Path       []Step
	One, Other any
}

type difference struct {
	path   string
	values []any
}

// walk compares the values at the current path, one of each declaration.
func (d *differ) walk(values []any) {
	switch {
	case every[map[string]any](values):
		d.walkMaps(values)
	case every[[]any](values):
		d.walkLists(values)
	case slices.ContainsFunc(values[1:], func(v any) bool { return !equalLeaves(values[0], v) }):
		d.differ(values)
	}
}

func every[T any](values []any) bool {
	return !slices.ContainsFunc(values, func(v any) bool { _, ok := v.(T); return !ok })
}

func (d *differ) walkMaps(values []any) {
	first, keys := values[0].(map[string]any), []string(nil)
	for k, field := range first {
		if !sameLeaves(values[1:], k, field) {
			keys = append(keys, k)
		}
	}
	for _, v := range values[1:] {
		for k := range v.(map[string]any) {
			if _, met := first[k]; !met {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		fields := make([]any, len(values))
		for i, v := range values {
			field, ok := v.(map[string]any)[k]
			if !ok {
				field = absent{}
			}
			fields[i] = field
		}
		d.enter(Step{k, -1}, fields)
	}
}

// sameLeaves says whether all maps have a field that is the same and no collection.
func sameLeaves(maps []any, key string, field any) bool {
	return !slices.ContainsFunc(maps, func(m any) bool {
		other, ok := m.(map[string]any)[key]
		return !ok || !equalLeaves(field, other)
	})
}

func (d *differ) walkLists(values []any) {
	length := 0
	for _, v := range values {
		length = max(length, len(v.([]any)))
	}
	for n := range length {
		elements := make([]any, len(values))
		for i, v := range values {
			elements[i] = absent{}
			if list := v.([]any); n < len(list) {
				elements[i] = list[n]
			}
		}
		d.enter(Step{Index: n}, elements)
	}
}

func (d *differ) enter(s Step, values []any) {
	d.path = append(d.path, s)
	d.walk(values)
	d.path = d.path[:len(d.path)-1]
}

// differ takes in a difference at the current path, and keeps the least ones.
func (d *differ) differ(values []any) {
	d.total++
	path := writePath(d.path)
	i, _ := slices.BinarySearchFunc(d.found, path, func(f difference, path string) int {
		return strings.Compare(f.path, path)
	})
	if i == mostPaths {
		return
	}
	d.found = slices.Insert(d.found, i, difference{path, values})
	d.found = d.found[:min(len(d.found), mostPaths)]
}

// result returns the differences; of has the index of the value of every declaration.
func (d *differ) result(of []int) comparison {
	c := comparison{identical: d.total == 0, more: d.total - len(d.found)}
	for _, f := range d.found {
		c.paths = append(c.paths, f.path)
		if d.show {
			c.values = append(c.values, Difference{Path: f.path, Values: showAll(f.values, of)})
		}
	}
	return c
}

// writePath renders a path, such as spec.ports[0].port or
// metadata.labels["app.kubernetes.io/name"].
func writePath(path []Step) string {
	b := make([]byte, 0, 64)
	for _, s := range path {
		switch {
		case len(b) > longestPath:
			return string(b) + "..."
		case s.Index >= 0:
			b = strconv.AppendInt(append(b, '['), int64(s.Index), 10)
			b = append(b, ']')
		case s.Key == "" || strings.ContainsFunc(s.Key, notPlain):
			b = append(append(append(b, '['), QuoteBrief(s.Key)...), ']')
		default:
			if len(b) > 0 {
				b = append(b, '.')
			}
			b = append(b, Brief(s.Key)...)
		}
	}
	return cmp.Or(string(b), ".")
}

func notPlain(c rune) bool {
	return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-')
}

// showAll renders values for people, shortened. An absent value is empty.
func showAll(values []any, of []int) []string {
	shown := make([]string, len(values))
	for i, v := range values {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if _, missing := v.(absent); !missing && enc.Encode(v) == nil {
			shown[i] = cut(strings.TrimSpace(b.String()))
		}
	}
	out := make([]string, len(of))
	for i, k := range of {
		out[i] = shown[k]
	}
	return out
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= longestShown {
		return s
	}
	return string([]rune(s)[:longestShown-3]) + "..."
}
