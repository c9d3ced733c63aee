package soundness

import (
	"context"
	"encoding/binary"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

// impact is what impact says about a history.
func (h history) impact(limit impact.Limit) (impact.Result, error) {
	remotes, branches := []string{repoURL}, []string{branch}
	resolve := deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{Remotes: remotes, Branches: branches}.Adapter}
	if !h.flux {
		resolve.Tool, resolve.Adapter = gitops.ArgoCD, argocd.Options{Checkout: argocd.Repository{Remotes: remotes, Branches: branches}}.Adapter
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
var aboutDeletion = []dupcheck.Rule{impact.WouldPrune, impact.MaxPrune, impact.MovedObject, impact.UnresolvedChange, impact.OpaqueChange}

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
// does not name, although it knows all deployers. The objects in a lost namespace
// go with it.
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
	if len(r.Unread) > 0 || slices.ContainsFunc(r.General, func(f impact.Finding) bool { return f.Rule == deploy.AlternativeRoots }) {
		return nil // the other root takes over all that both have
	}
	return filter(lost.certain, func(k key) bool {
		return k.stateful() && k.group != contentGroup && !named[k.without()] &&
			!slices.ContainsFunc(lost.possible, func(o key) bool { return o.kind == "Namespace" && o.name == k.namespace })
	})
}

// verdict is what is wrong with a result: what is wrongly green, which objects a
// red result does not name, and what is red without a reason.
type verdict struct{ green, missed, red string }

// moves are the objects that impact takes for moved, of which it warns and which no
// limit counts. That the other deployer may be suspended or fail is a gap.
func moves(r impact.Result) map[key]bool {
	all := map[key]bool{}
	for _, c := range r.Deployers {
		for _, o := range c.Removed {
			all[key{"", o.ID.Group, o.ID.Kind, o.ID.Namespace, o.ID.Name}] = o.Outcome == impact.Moved
		}
	}
	return all
}

// judge compares impact with the oracle.
func (h history) judge() (v verdict, err error) {
	lost := h.lost()
	plain, err := h.impact(impact.Limit{})
	if err != nil {
		return v, err
	}
	state := filter(lost.likely, func(k key) bool { return k.stateful() })
	objects := filter(lost.absent, func(k key) bool { return !k.isDeployer() && !moves(plain)[k.without()] })
	strict := plain
	if isGreen(plain) && len(objects) > 0 {
		if strict, err = h.impact(impact.Limit{Set: true}); err != nil {
			return v, err
		}
	}
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
	// mostSeeds are those that TestLongSoundness tries; TestSoundness tries a quarter of them.
	mostSeeds = 300
	// mostReds is how many percent of them may be red without reason.
	mostReds = 2
)

func TestSoundness(t *testing.T) { soundness(t, mostSeeds/4) }

// TestLongSoundness tries all seeds.
func TestLongSoundness(t *testing.T) {
	assertion.Long(t)
	soundness(t, mostSeeds)
}

func soundness(t *testing.T, seeds int) {
	t.Helper()
	reds := 0
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
