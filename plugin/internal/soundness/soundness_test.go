package soundness

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

// history is a change of a repository.
type history struct {
	tool       gitops.Tool
	base, head tree
	// reversed says that base is what a change has made: it may hold deployers that
	// nobody applies.
	reversed bool
}

// newHistory makes one of random bytes.
func newHistory(data []byte) history {
	d := newDice(data)
	h := history{base: tree{}}
	if d.may(50) {
		h.tool = gitops.Flux
		pick(d, fluxLayouts...)(d, h.base)
	} else {
		h.tool = gitops.ArgoCD
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
	// certain are deleted in whichever order deployers are synced, and possible in
	// some. Those that are absent are not made anew.
	certain, possible, absent []key
	// unknown are deployers whose objects are not known and that change or go, and
	// opaque says that there are such at all, or that base does not build.
	unknown []string
	opaque  bool
}

// orders are those in which deployers are synced, at base and then at head: what is
// lost in one of them may be lost.
var orders = [][2]func([]key){
	{ascending, ascending}, {descending, descending}, {ascending, descending}, {descending, ascending}, {shuffled, byName},
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

// lost syncs base and then head, and says what is gone or has been made anew.
func (h history) lost() (out losses) {
	base, head := &cache{map[string]any{}}, &cache{map[string]any{}}
	found := map[key]bool{} // of base, by any instance
	out.opaque = h.reversed
	for _, dirs := range h.base.instances() {
		times, absent := map[key]int{}, map[key]int{}
		for _, order := range orders {
			w := newWorld(order[0], dirs)
			w.settle(h.base, base)
			if w.restless {
				return losses{opaque: true} // they are lost without a change
			}
			for k := range w.live {
				found[k] = true
			}
			w.order = order[1]
			for _, k := range w.change(h.head, head, &out) {
				times[k]++
				if w.live[k] == nil {
					absent[k]++
				}
			}
		}
		for _, k := range slices.SortedFunc(maps.Keys(times), key.compare) {
			out.possible = append(out.possible, k)
			if times[k] == len(orders) {
				out.certain = append(out.certain, k)
			}
			if absent[k] == len(orders) {
				out.absent = append(out.absent, k)
			}
		}
	}
	for k := range h.base.written() {
		out.opaque = out.opaque || !found[k] // a person may have applied it, or may not
	}
	slices.Sort(out.unknown)
	out.unknown = slices.Compact(out.unknown)
	return out
}

// change syncs another tree, and returns what is gone or has been made anew.
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

// impact is what impact says about a history.
func (h history) impact(limit impact.Limit) (impact.Result, error) {
	remotes, branches := []string{repoURL}, []string{branch}
	resolve := deploy.Options{Tool: h.tool, Adapter: flux.Options{Remotes: remotes, Branches: branches}.Adapter}
	if h.tool == gitops.ArgoCD {
		resolve.Adapter = argocd.Options{Checkout: argocd.Repository{Remotes: remotes, Branches: branches}}.Adapter
	}
	if dirs := h.base.hand(); len(dirs) > 1 {
		resolve.Instance = func(file string) string {
			for _, dir := range dirs {
				if strings.HasPrefix(file, path.Dir(dir)+"/") {
					return path.Dir(dir)
				}
			}
			return ""
		}
	}
	return impact.Trees(context.Background(), h.base.fs(), h.head.fs(), resolve, impact.Options{MaxPrune: limit})
}

// isGreen says whether a result tells that nothing is deleted.
func isGreen(r impact.Result) bool {
	return !r.Fails() && len(r.Unread) == 0 && strings.HasPrefix(r.Headline(), "no object would be deleted")
}

// aboutDeletion are the errors that need something that is lost.
var aboutDeletion = []dupcheck.Rule{impact.WouldPrune, impact.MaxPrune, impact.MovedObject, impact.UnresolvedChange}

func errorsOf(r impact.Result) (all []string) {
	for _, c := range r.Deployers {
		for _, f := range c.Findings {
			if f.Severity == dupcheck.Error && slices.Contains(aboutDeletion, f.Rule) {
				all = append(all, fmt.Sprintf("%s: %s", f.Rule, f.Message))
			}
		}
	}
	return all
}

// missed are the objects with state that are lost for certain and that a result
// does not name, although it knows all deployers. What is in a lost namespace goes
// with it.
func missed(r impact.Result, lost losses) (all []key) {
	named := map[key]bool{}
	for _, c := range r.Deployers {
		for _, o := range c.Removed {
			named[key{"", o.ID.Group, o.ID.Kind, o.ID.Namespace, o.ID.Name}] = true
		}
		if c.Unresolved != "" {
			return nil
		}
	}
	if len(r.Unread) > 0 {
		return nil
	}
	return filter(lost.certain, func(k key) bool {
		return k.stateful() && k.group != contentGroup && !named[k.without()] &&
			!slices.ContainsFunc(lost.possible, func(o key) bool { return o.kind == "Namespace" && o.name == k.namespace })
	})
}

// verdict is what is wrong with a result: what is wrongly green, which objects a
// red result does not name, and what is red without a reason.
type verdict struct{ green, missed, red string }

// judge compares impact with the oracle.
func (h history) judge() (v verdict, err error) {
	lost := h.lost()
	plain, err := h.impact(impact.Limit{})
	if err != nil {
		return v, err
	}
	strict, err := h.impact(impact.Limit{Set: true})
	if err != nil {
		return v, err
	}
	state := filter(lost.possible, func(k key) bool { return k.stateful() })
	objects := filter(lost.absent, func(k key) bool { return !k.isDeployer() })
	switch {
	case isGreen(plain) && len(state) > 0:
		v.green = fmt.Sprintf("lost: %v", state)
	case isGreen(plain) && len(lost.unknown) > 0:
		v.green = fmt.Sprintf("not known: %v", lost.unknown)
	case isGreen(strict) && len(objects) > 0:
		v.green = fmt.Sprintf("lost, with limit 0: %v", objects)
	case len(missed(plain, lost)) > 0:
		v.missed = fmt.Sprintf("not named: %v", missed(plain, lost))
	case len(errorsOf(plain)) > 0 && len(plain.Unread) == 0 && !lost.opaque && len(lost.possible)+len(lost.unknown) == 0:
		v.red = strings.Join(errorsOf(plain), "\n")
	}
	return v, nil
}

func filter(all []key, keep func(key) bool) (out []key) {
	for _, k := range all {
		if keep(k) {
			out = append(out, k)
		}
	}
	return out
}

// seed are the bytes of a test's history.
func seed(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)*0x9E3779B97F4A7C15) }

const (
	// mostSeeds are those that TestSoundness tries.
	mostSeeds = 300
	// mostReds is how many percent of them may be red without reason.
	mostReds = 2
)

func TestSoundness(t *testing.T) {
	reds := 0
	seeds := mostSeeds
	if testing.Short() {
		seeds /= 5
	}
	for n := range seeds {
		h := newHistory(seed(n))
		v, err := h.judge()
		if err != nil || v.green != "" {
			t.Errorf("seed %d: %s %v\n%s", n, v.green, err, h)
		}
		if v.red != "" {
			reds++
		}
	}
	if reds*100 > mostSeeds*mostReds {
		t.Errorf("%d of %d are red without reason", reds, seeds)
	}
}

func FuzzSoundness(f *testing.F) {
	for n := range 24 {
		f.Add(seed(n))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := newHistory(data)
		if v, err := h.judge(); err != nil || v.green != "" {
			t.Errorf("%s %v\n%s", v.green, err, h)
		}
	})
}
