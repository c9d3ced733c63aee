package report

import "strings"

// siblings are the directories below one parent, with the collisions between
// them.
type siblings struct {
	above      string // the parent with its final slash, or empty
	collisions []collision
	leader     map[string]string // of a connected directory: another one of its component
}

// collision is one diagnostic that may be folded.
type collision struct {
	index int      // in the report
	names []string // of the directories, sorted
}

// components connects directories that share enough, and returns the collisions
// within each component, if they are worth folding.
func (g *siblings) components() [][]collision {
	g.connectPairs(g.connectRepeated())
	byLeader := map[string][]collision{}
	for _, c := range g.collisions {
		if leader, ok := g.commonLeader(c.names); ok {
			byLeader[leader] = append(byLeader[leader], c)
		}
	}
	var out [][]collision
	for _, members := range byLeader {
		if len(members) >= fewest {
			out = append(out, members)
		}
	}
	return out
}

// connectRepeated connects the directories of collisions that are often between exactly
// the same directories. That is the usual case, and fast even with a thousand clusters.
// It returns the other collisions.
func (g *siblings) connectRepeated() (rest []collision) {
	same := map[string]int{}
	for _, c := range g.collisions {
		same[strings.Join(c.names, "/")]++
	}
	for _, c := range g.collisions {
		if same[strings.Join(c.names, "/")] < fewest {
			rest = append(rest, c)
			continue
		}
		for _, name := range c.names[1:] {
			g.connect(c.names[0], name)
		}
	}
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
