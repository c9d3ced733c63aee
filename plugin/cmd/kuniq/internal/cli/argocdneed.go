package cli

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/render"
)

// ownerName names an owner as the resolver does, behind the name of its state.
func ownerName(instance string, id dupcheck.ID) string {
	return instance + " " + id.Namespace + "/" + id.Name
}

// begin starts a round, in which both states are assembled anew.
func (r *resolver) begin() {
	clear(r.wanted)
	clear(r.calls)
}

// needed says of an owner, which is named as the resolver does, whether it has
// to be rendered: if it is among those that were asked, if it asks for something
// else in the two states, or if it is not the same.
func (r *resolver) needed(asked map[string]bool, was, is impact.State) func(owner string) bool {
	before, after := byName(was), byName(is)
	return func(owner string) bool {
		_, name, _ := strings.Cut(owner, " ")
		b, h := before[name], after[name]
		return asked[name] || !slices.Equal(r.calls["base "+name], r.calls["head "+name]) ||
			len(b) != 1 || len(h) != 1 || impact.Differ(b[0], h[0])
	}
}

func byName(s impact.State) map[string][]*impact.Owner {
	all := map[string][]*impact.Owner{}
	for i := range s.Owners {
		o := &s.Owners[i]
		name := ownerName(o.Instance, o.ID)
		all[name] = append(all[name], o)
	}
	return all
}

// pending marks the owners that need not be looked at. What is known of their
// objects stays.
func pending(s *impact.State) {
	for i := range s.Owners {
		if d := &s.Owners[i].Desired; d.Unresolved == notYet {
			*d = impact.Desired{Objects: d.Objects, Pending: true, Inputs: d.Inputs}
		}
	}
}

// askMore asks those owners that may have got a lost object, and says whether
// there is any that was not asked before.
func (r *resolver) askMore(asked map[string]bool, questions []impact.Question) (more bool) {
	for _, q := range questions {
		name := ownerName(q.Owner.Instance, q.Owner.ID)
		if !asked[name] && r.mayDeploy("head "+name, q) {
			asked[name], more = true, true
		}
	}
	return more
}

// mostCompared is how many objects are looked for in the files of an owner. To
// runRenderer it takes no longer than to look for more.
const mostCompared = 200

// mayDeploy says whether an owner that was not rendered may deploy one of
// the objects. If that is denied wrongly, which takes a text that does not look
// like what it means, an object counts as deleted and not as moved.
func (r *resolver) mayDeploy(owner string, q impact.Question) bool {
	if len(q.Objects) > mostCompared {
		return true
	}
	for _, key := range r.calls[owner] {
		job := r.wanted[key].job
		if job.Kind != checkout.Kustomization || slices.ContainsFunc(q.Objects, func(id dupcheck.ID) bool {
			return mayBuild(job, id, q.Owner.Destination.Namespace)
		}) {
			return true
		}
	}
	return len(r.calls[owner]) == 0
}

// mayBuild says whether the files of a kustomization mention an object, which
// has the given namespace if it names none. Names may have a prefix and a
// suffix, and those of generated objects are not all there.
func mayBuild(job render.Job, id dupcheck.ID, namespace string) bool {
	mentions := func(word string) bool {
		for _, data := range job.Files {
			if hasWord(data, word) {
				return true
			}
		}
		return false
	}
	changes := job.Kustomize
	switch {
	case len(changes.Patches) > 0:
		return true
	case id.Namespace != "" && id.Namespace != cmp.Or(changes.Namespace, namespace) && !mentions(id.Namespace):
		return false
	case id.Kind == "ConfigMap" || id.Kind == "Secret":
		return true
	}
	return mentions(id.Kind) && (renames(job) || mentions(id.Name))
}

// renames says whether a kustomization may put something before or behind names.
func renames(job render.Job) bool {
	for _, data := range job.Files {
		if bytes.Contains(data, []byte("refix")) || bytes.Contains(data, []byte("uffix")) {
			return true
		}
	}
	return job.Kustomize.NamePrefix+job.Kustomize.NameSuffix != ""
}

// hasWord says whether a text has a word that is no part of a longer name.
func hasWord(text []byte, word string) bool {
	for {
		i := bytes.Index(text, []byte(word))
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !inName(text[i-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		text = text[i+1:]
	}
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.'
}
