package soundness

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
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
	return h
}

// losses are what a change deletes.
type losses struct {
	// certain are deleted in whichever order deployers are synced, and possible in
	// some.
	certain, possible []key
	// unknown are deployers whose objects are not known and that change or go, and
	// opaque says that there are such at all, or that base does not build.
	unknown []string
	opaque  bool
}

// orders are those in which deployers are synced: what is lost in one of them may be
// lost.
var orders = []func([]key){
	func([]key) {},
	func(keys []key) { slices.Reverse(keys) },
	func(keys []key) {
		slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.name, b.name), a.compare(b)) })
	},
	func(keys []key) {
		r := rand.New(rand.NewPCG(1, uint64(len(keys))))
		r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	},
}

// lost syncs base and then head, and says what is gone or has been made anew.
func (h history) lost() (out losses) {
	times := map[key]int{}
	base, head := &cache{map[string]any{}}, &cache{map[string]any{}}
	written := h.base.written()
	for _, order := range orders {
		w := newWorld(order)
		w.settle(h.base, base)
		before := map[key]int{}
		for k, o := range w.live {
			before[k] = o.born
		}
		w.unknown, w.unclear = nil, false
		hand := w.hand
		out.opaque = out.opaque || w.failed
		for k := range written {
			out.opaque = out.opaque || w.live[k] == nil // a person may have applied it, or may not
		}
		w.settle(h.head, head)
		if w.forsake(hand) {
			w.settle(h.head, head)
		}
		for k, born := range before {
			if now := w.live[k]; now == nil || now.born != born {
				times[k]++
			}
		}
		for _, o := range w.live {
			out.opaque = out.opaque || o.inputs != ""
		}
		out.opaque = out.opaque || w.vague
		out.unknown = append(out.unknown, w.unknown...)
	}
	for _, k := range slices.SortedFunc(maps.Keys(times), key.compare) {
		out.possible = append(out.possible, k)
		if times[k] == len(orders) {
			out.certain = append(out.certain, k)
		}
	}
	slices.Sort(out.unknown)
	out.unknown = slices.Compact(out.unknown)
	return out
}

// verdict is what impact says about a history, once with the limit and once without.
func (h history) verdict(limit impact.Limit) (impact.Result, error) {
	remotes, branches := []string{repoURL}, []string{branch}
	resolve := deploy.Options{Tool: h.tool, Adapter: flux.Options{Remotes: remotes, Branches: branches}.Adapter}
	if h.tool == gitops.ArgoCD {
		resolve.Adapter = argocd.Options{Checkout: argocd.Repository{Remotes: remotes, Branches: branches}}.Adapter
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

// judge compares the verdict with the oracle: what is wrongly green, and what is red
// without a reason.
func (h history) judge() (green, red string, err error) {
	lost := h.lost()
	plain, err := h.verdict(impact.Limit{})
	if err != nil {
		return "", "", err
	}
	strict, err := h.verdict(impact.Limit{Set: true})
	if err != nil {
		return "", "", err
	}
	state := filter(lost.possible, func(k key) bool { return k.stateful() })
	objects := filter(lost.certain, func(k key) bool { return !k.isDeployer() })
	switch {
	case isGreen(plain) && len(state) > 0:
		green = fmt.Sprintf("lost: %v", state)
	case isGreen(plain) && len(lost.unknown) > 0:
		green = fmt.Sprintf("not known: %v", lost.unknown)
	case isGreen(strict) && len(objects) > 0:
		green = fmt.Sprintf("lost, with limit 0: %v", objects)
	case len(errorsOf(plain)) > 0 && !lost.opaque && len(lost.possible)+len(lost.unknown) == 0:
		red = strings.Join(errorsOf(plain), "\n")
	}
	return green, red, nil
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
		green, red, err := h.judge()
		if err != nil || green != "" {
			t.Errorf("seed %d: %s %v\n%s", n, green, err, h)
		}
		if red != "" {
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
		if green, _, err := h.judge(); err != nil || green != "" {
			t.Errorf("%s %v\n%s", green, err, h)
		}
	})
}
