package soundness

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
)

// history is a change of a repository.
type history struct {
	flux       bool
	base, head tree
	// reversed says that base is what a change has made: it may hold deployers that
	// no user applies.
	reversed bool
}

// newHistory makes one of random bytes.
func newHistory(data []byte) history {
	d := newDice(data)
	h := history{base: tree{}}
	if d.may(50) {
		h.flux = true
		pick(d, fluxLayouts...)(d, h.base)
	} else {
		pick(d, argoLayouts...)(d, h.base)
	}
	h.head = changed(d, h.base)
	if d.may(20) {
		h.base, h.head, h.reversed = h.head, h.base, true
	}
	return h
}

// losses are what a change deletes.
type losses struct {
	// certain are deleted in whichever order deployers are synced, possible in some,
	// and likely in some that syncs a deployer after the one that made it. Those that
	// are absent are not created again.
	certain, possible, likely, absent []key
	// unknown are deployers whose objects are not known and that change or go, and
	// opaque says that there are such at all, or that base does not build.
	unknown []string
	opaque  bool
}

// order is that in which deployers are synced, at base and then at head.
type order struct {
	base, head func([]key)
	// free says that a deployer may be synced before the one that made it, with the
	// spec that it had.
	free bool
}

// orders are those that are tried: an object that is lost in one of them may be lost.
var orders = []order{
	{base: ascending, head: ascending},
	{base: descending, head: descending},
	{base: ascending, head: descending},
	{base: descending, head: ascending},
	{base: shuffled, head: byName, free: true},
}

func ascending([]key)       {} // as they come
func descending(keys []key) { slices.Reverse(keys) }

func byName(keys []key) {
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.name, b.name), a.compare(b)) })
}

func shuffled(keys []key) {
	r := rand.New(rand.NewPCG(1, uint64(len(keys))))
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
}

// instances are the directories that a person applies to one cluster, and those that
// a person applies to another one.
func (t tree) instances() (all [][]string) {
	dirs := t.hand()
	if len(dirs) < 2 {
		return [][]string{nil}
	}
	for _, dir := range dirs {
		all = append(all, []string{dir})
	}
	return all
}

// lost syncs base and then head, and says what is gone or was created again.
func (h history) lost() (out losses) {
	base, head := &cache{map[string]any{}}, &cache{map[string]any{}}
	found := map[key]bool{} // of base, by any instance
	out.opaque = h.reversed
	for _, dirs := range h.base.instances() {
		times, absent, likely := map[key]int{}, map[key]int{}, map[key]bool{}
		for _, order := range orders {
			w := newWorld(order.base, order.free, dirs)
			w.settle(h.base, base)
			if w.restless {
				return losses{opaque: true} // they are lost without a change
			}
			for k := range w.live {
				found[k] = true
			}
			w.order = order.head
			for _, k := range w.change(h.head, head, &out) {
				times[k]++
				likely[k] = likely[k] || !order.free
				if w.live[k] == nil {
					absent[k]++
				}
			}
		}
		for _, k := range slices.SortedFunc(maps.Keys(times), key.compare) {
			out.possible = append(out.possible, k)
			if likely[k] {
				out.likely = append(out.likely, k)
			}
			if times[k] == len(orders) {
				out.certain = append(out.certain, k)
			}
			if absent[k] == len(orders) {
				out.absent = append(out.absent, k)
			}
		}
	}
	for k := range h.base.written() {
		if !found[k] && h.reversed {
			return losses{opaque: true}
		}
		out.opaque = out.opaque || !found[k] // a person may have applied it, or may not
	}
	slices.Sort(out.unknown)
	out.unknown = slices.Compact(out.unknown)
	return out
}

// change syncs another tree, and returns what is gone or was created again.
func (w *world) change(head tree, c *cache, out *losses) (gone []key) {
	before := map[key]int{}
	for k, o := range w.live {
		before[k] = o.born
	}
	out.opaque = out.opaque || w.failed
	w.unknown, w.unclear = nil, false
	hand := w.hand
	w.settle(head, c)
	if w.forsake(hand) {
		w.settle(head, c)
	}
	for k, born := range before {
		if now := w.live[k]; now == nil || now.born != born {
			gone = append(gone, k)
		}
	}
	for _, o := range w.live {
		out.opaque = out.opaque || o.inputs != ""
	}
	out.opaque = out.opaque || w.vague
	out.unknown = append(out.unknown, w.unknown...)
	return gone
}
