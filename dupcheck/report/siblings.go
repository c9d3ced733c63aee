package report

import "strings"

// siblings are the directories below one parent, with the collisions between
// them.
type siblings struct {
	above      string // the parent with its final slash, or empty
	collisions []collision
	number     map[string]int // of each directory
	leader     []int          // of each directory: another one of its component
}

// collision is one diagnostic that may be folded.
type collision struct {
	index int      // in the report
	names []string // of the directories, sorted
}

func (g *siblings) add(index int, names []string) {
	g.collisions = append(g.collisions, collision{index, names})
}

// components connects directories that share enough, and returns the collisions
// within each component, if they are worth folding.
func (g *siblings) components() [][]collision {
	g.enumerate()
	g.connectPairs(g.connectRepeated())
	byLeader := map[int][]collision{}
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

// enumerate makes each directory a component of its own.
func (g *siblings) enumerate() {
	g.number = map[string]int{}
	for _, c := range g.collisions {
		for _, name := range c.names {
			if _, ok := g.number[name]; !ok {
				g.number[name] = len(g.leader)
				g.leader = append(g.leader, len(g.leader))
			}
		}
	}
}

// connectRepeated connects the directories of collisions that are often enough
// between the very same directories. That is the usual case, and cheap even
// with a thousand clusters. It returns the other collisions.
func (g *siblings) connectRepeated() []collision {
	same := map[string]int{}
	for _, c := range g.collisions {
		same[strings.Join(c.names, "/")]++
	}
	var rest []collision
	for _, c := range g.collisions {
		if same[strings.Join(c.names, "/")] < fewest {
			rest = append(rest, c)
			continue
		}
		for _, name := range c.names[1:] {
			g.connect(g.number[c.names[0]], g.number[name])
		}
	}
	return rest
}

// connectPairs counts what each pair of directories shares. It gives up where
// that would take long: a fold too few costs the reader some lines.
func (g *siblings) connectPairs(collisions []collision) {
	shared := map[[2]int]int{}
	work := 0
	for _, c := range collisions {
		work += len(c.names) * len(c.names)
		if work > mostWork {
			return
		}
		for i, a := range c.names {
			for _, b := range c.names[i+1:] {
				pair := [2]int{g.number[a], g.number[b]}
				pair = [2]int{min(pair[0], pair[1]), max(pair[0], pair[1])}
				if shared[pair]++; shared[pair] == fewest {
					g.connect(pair[0], pair[1])
				}
			}
		}
	}
}

func (g *siblings) connect(a, b int) {
	g.leader[g.find(a)] = g.find(b)
}

func (g *siblings) find(n int) int {
	for g.leader[n] != n {
		g.leader[n] = g.leader[g.leader[n]]
		n = g.leader[n]
	}
	return n
}

// commonLeader returns the component in which all the directories are.
func (g *siblings) commonLeader(names []string) (int, bool) {
	leader := g.find(g.number[names[0]])
	for _, name := range names[1:] {
		if g.find(g.number[name]) != leader {
			return 0, false
		}
	}
	return leader, true
}
