package report

import (
	"cmp"
	"slices"
	"strings"
)

// siblings are the directories below one parent, with the collisions between
// them.
type siblings struct {
	above  string // the parent with its final slash, or empty
	shared []*shared
	known  map[string]*shared // by its names
	leader map[string]string  // of a connected directory: another one of its component
}

// shared are the collisions between exactly the same directories. There may be a hundred
// thousand of them.
type shared struct {
	names   []string // of the directories, sorted
	indexes []int    // of the diagnostics in the report, ascending
}

// between returns the collisions between directories.
func (g *siblings) between(names []string) *shared {
	key := strings.Join(names, "/")
	if g.known[key] == nil {
		g.known[key] = &shared{names: names}
		g.shared = append(g.shared, g.known[key])
	}
	return g.known[key]
}

// component are the collisions between directories that are connected.
type component struct {
	between []*shared
	indexes []int // of all of them, ascending
}

// components connects directories that share enough, and returns the collisions
// within each component, if they are worth folding.
func (g *siblings) components() []component {
	g.connectPairs(g.connectRepeated())
	byLeader := map[string]component{}
	for _, s := range g.shared {
		if leader, ok := g.commonLeader(s.names); ok {
			c := byLeader[leader]
			byLeader[leader] = component{append(c.between, s), append(c.indexes, s.indexes...)}
		}
	}
	var out []component
	for _, c := range byLeader {
		if len(c.indexes) >= fewest {
			slices.Sort(c.indexes)
			out = append(out, c)
		}
	}
	return out
}

// collision is one diagnostic that may be folded.
type collision struct {
	index int // in the report
	names []string
}

// connectRepeated connects the directories of collisions that are often between exactly
// the same directories. That is the usual case, and fast even with a thousand clusters.
// It returns the other collisions, in their order.
func (g *siblings) connectRepeated() (rest []collision) {
	for _, s := range g.shared {
		if len(s.indexes) < fewest {
			for _, i := range s.indexes {
				rest = append(rest, collision{i, s.names})
			}
			continue
		}
		for _, name := range s.names[1:] {
			g.connect(s.names[0], name)
		}
	}
	slices.SortFunc(rest, func(a, b collision) int { return cmp.Compare(a.index, b.index) })
	return rest
}

// connectPairs counts what each pair of directories shares. It gives up where
// that would take long: a fold too few costs the reader some lines.
func (g *siblings) connectPairs(collisions []collision) {
	shared := map[[2]string]int{}
	work := 0
	for _, c := range collisions {
		work += len(c.names) * len(c.names)
		if work > mostWork {
			return
		}
		for i, a := range c.names {
			for _, b := range c.names[i+1:] {
				pair := [2]string{a, b}
				if shared[pair]++; shared[pair] == fewest {
					g.connect(a, b)
				}
			}
		}
	}
}

func (g *siblings) connect(a, b string) {
	if a, b = g.find(a), g.find(b); a != b {
		g.leader[a] = b
	}
}

// find returns the directory that stands for all that one is connected with.
func (g *siblings) find(name string) string {
	for {
		up, connected := g.leader[name]
		if !connected {
			return name
		}
		if further, ok := g.leader[up]; ok {
			g.leader[name] = further // to shorten the way the next time
		}
		name = up
	}
}

// commonLeader returns the component of all directories, if it is one.
func (g *siblings) commonLeader(names []string) (string, bool) {
	leader := g.find(names[0])
	for _, name := range names[1:] {
		if g.find(name) != leader {
			return "", false
		}
	}
	return leader, true
}
