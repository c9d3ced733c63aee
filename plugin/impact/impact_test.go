package impact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// deployer is an Application with objects, each of which is KIND/NAME.
func deployer(name string, objects ...string) deploy.Deployer {
	o := deploy.Deployer{
		ID:          dupcheck.ID{Group: "argoproj.io", Kind: "Application", Namespace: "argocd", Name: name},
		At:          dupcheck.Position{File: name + ".yaml", Line: 1},
		Destination: deploy.Destination{Server: "https://one", Namespace: "x"},
		Policy:      deploy.PrunePolicy{Prune: true, Cascade: true},
	}
	for _, s := range objects {
		kind, name, _ := strings.Cut(s, "/")
		object := dupcheck.Object{APIVersion: "v1", Kind: kind, Name: name, At: dupcheck.Position{File: "objects.yaml", Line: 1}}
		if kind == "Application" {
			object.APIVersion, object.Namespace = "argoproj.io/v1alpha1", "argocd"
		}
		o.Desired.Objects = append(o.Desired.Objects, object)
	}
	return o
}

func many(n int) (objects []string) {
	for i := range n {
		objects = append(objects, fmt.Sprintf("ConfigMap/c%d", i))
	}
	return objects
}

func state(deployers ...deploy.Deployer) deploy.Snapshot {
	return deploy.Snapshot{Deployers: deployers}
}

// TestNothingCompared: a report about nothing does not say that nothing is deleted.
func TestNothingCompared(t *testing.T) {
	assert.Contains(t, Compare(deploy.Snapshot{}, deploy.Snapshot{}, Options{}).Headline(), "nothing was compared")
}

func TestMaxPrune(t *testing.T) {
	base := state(deployer("a", many(10)...))
	for _, tt := range []struct {
		limit Limit
		left  int
		fails bool
	}{
		{Limit{}, 0, false}, // none of them holds state
		{Limit{Set: true, Objects: 5}, 5, false},
		{Limit{Set: true, Objects: 5}, 4, true},
		{Limit{Set: true, Percent: 50}, 5, false},
		{Limit{Set: true, Percent: 50}, 4, true},
		{Limit{Set: true}, 9, true}, // not a single one
		{Limit{Set: true}, 10, false},
	} {
		impact := Compare(base, state(deployer("a", many(tt.left)...)), Options{MaxPrune: tt.limit})
		assert.Equal(t, tt.fails, impact.Fails(), "%+v", tt)
	}
}

func TestAllowances(t *testing.T) {
	base := state(deployer("a", "Namespace/n", "ConfigMap/c"), deployer("b", "Namespace/m"))
	head := state(deployer("a", "ConfigMap/c"), deployer("b"))
	allow := func(names ...string) Options {
		var o Options
		for _, name := range names {
			o.Allowed = append(o.Allowed, Allowance{name, "--allow-prune"})
		}
		return o
	}
	one := Compare(base, head, allow("argocd/a", "argocd/missing"))
	assert.True(t, one.Fails(), "b is not allowed")
	assert.Len(t, one.Used, 1)
	assert.Len(t, one.Unused, 1)
	assert.Equal(t, "1 object of Application argocd/b would be pruned: 1 Namespace", one.Headline())
	assert.Equal(t, "2 deployers compared, 2 changed, 1 error, 1 warning, 1 allowance used, 1 allowance unused", one.Summary())

	both := Compare(base, head, allow("argocd/a", "argocd/b"))
	assert.False(t, both.Fails())
	assert.Empty(t, both.Unused)
	assert.Equal(t, "no object would be deleted beyond what is allowed", both.Headline()) // but what is allowed

	assert.Len(t, Compare(base, base, allow("argocd/a")).Unused, 1, "nothing is deleted")
}

// TestParents: an Application that is gone from git may stay in its cluster.
func TestParents(t *testing.T) {
	child := deployer("child", "Namespace/n")
	root := deployer("root", "Application/child", "ConfigMap/c")
	without := deployer("root", "ConfigMap/c")
	manual := without
	manual.Policy.Prune = false
	kept := deployer("root", "Application/child", "ConfigMap/c")
	kept.Desired.Objects[0].Annotations = map[string]string{deploy.SyncOptionsAnnotation: "Prune=false"}
	for _, tt := range []struct {
		name       string
		base, head deploy.Snapshot
		want       []string
		allowed    []Allowance
		fails      bool
	}{
		{name: "the root prunes it", base: state(root, child), head: state(without), want: []string{"Application/child deleted", "Namespace/n deleted"}, fails: true},
		{name: "the root does not prune", base: state(root, child), head: state(manual), want: []string{"Application/child kept"}},
		{name: "it is protected", base: state(kept, child), head: state(without), want: []string{"Application/child protected"}},
		{name: "no deployer of it is known", base: state(child), head: state(), want: []string{"Namespace/n deleted"}, fails: true},
		{name: "the root is gone, too", base: state(root, child), head: state(), want: []string{"Application/child deleted", "ConfigMap/c deleted", "Namespace/n deleted"}, fails: true},
		{
			name: "one allowance is enough", base: state(root, child), head: state(without), allowed: []Allowance{{Deployer: "argocd/child"}},
			want: []string{"Application/child deleted", "Namespace/n deleted"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			impact := Compare(tt.base, tt.head, Options{Allowed: tt.allowed})
			var got []string
			for _, c := range impact.Deployers {
				for _, l := range c.Removed {
					outcome := strings.Replace(l.Outcome.String(), "pruned", "deleted", 1)
					got = append(got, fmt.Sprintf("%s/%s %s", l.ID.Kind, l.ID.Name, outcome))
				}
			}
			slices.Sort(got)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.fails, impact.Fails())
		})
	}
}

func TestUnresolved(t *testing.T) {
	known, unknown := deployer("a", "Namespace/n"), deployer("a")
	unknown.Desired = deploy.Desired{Unresolved: "a chart", Inputs: "1"}
	other := unknown
	other.Desired.Inputs = "2"
	assert.False(t, Compare(state(unknown), state(unknown), Options{}).Fails(), "nothing changed")
	assert.True(t, Compare(state(unknown), state(other), Options{}).Fails(), "a file changed")
	lenient := Options{Rules: dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{UnresolvedChange: dupcheck.Warning}}}
	assert.False(t, Compare(state(unknown), state(other), lenient).Fails(), "if the caller asks for it")
	assert.True(t, Compare(state(known), state(unknown), Options{}).Fails(), "it was known")
	assert.True(t, Compare(state(unknown), state(known), Options{}).Fails(), "it was not known")
	blank := unknown
	blank.Desired.Inputs = ""
	assert.True(t, Compare(state(known), state(blank), Options{}).Fails(), "it was known, and no inputs are")
	assert.True(t, Compare(state(unknown), state(), Options{}).Fails(), "it is deleted with what it has")
	// An unresolved part on both sides does not hide a difference in the rest.
	partly, less := deployer("a", "Namespace/n", "ConfigMap/c"), deployer("a", "ConfigMap/c")
	partly.Desired.Unresolved, less.Desired.Unresolved = "a chart", "a chart"
	assert.True(t, Compare(state(partly), state(less), Options{}).Fails())
}

// TestPending: a deployer that was not looked at may have taken an object over.
func TestPending(t *testing.T) {
	same := deployer("b")
	same.Desired = deploy.Desired{Pending: true, Inputs: "1"}
	base, head := state(deployer("a", "Namespace/n"), same), state(deployer("a"), same)
	impact := Compare(base, head, Options{})
	require.Len(t, impact.pending, 1)
	assert.Equal(t, "b", impact.pending[0].deployer.ID.Name)
	assert.Equal(t, "n", impact.pending[0].objects[0].Name)
	assert.Empty(t, Compare(base, base, Options{}).pending, "nothing vanishes")
}

// FuzzWrite: whatever is in a repository, no format lets it start a line or
// act on a terminal, and JSON stays JSON.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"a", "::error::x", "x\n::error::x", "##[error]x", "\x1b[2J", "a|b", "`", "\u202e", "</td>", "@all", "#1", "\xff", "a\rb", "- x", "# x"} {
		f.Add(s)
	}
	for _, s := range injections {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, b := deployer(s, "Namespace/"+s, s+"/"+s), deployer(s, s+"/x")
		a.At.File, a.Desired.Objects[0].At.File = s, s
		a.Fields = []deploy.Field{{Path: s, Value: s, At: a.At}}
		b.Fields = []deploy.Field{{Path: s, Value: s + "x", At: dupcheck.Position{File: s, Line: 3}}}
		b.Desired.Unresolved = checkout.Reason(s)
		c := deployer("c"+s, "Namespace/m")
		c.CreatedBy.ID.Name = s
		o := Options{Allowed: []Allowance{{Deployer: s, From: s}, {Deployer: "argocd/" + s, From: s}}, Hidden: s}
		for _, impact := range []Impact{Compare(state(a, c), state(b), o), Compare(state(a), state(), o), Compare(state(a, c), state(b), Options{})} {
			for _, format := range formats {
				var out bytes.Buffer
				require.NoError(t, Write(&out, format, impact, WriteOptions{}))
				for line := range strings.Lines(out.String()) {
					assertHarmless(t, format, strings.TrimSuffix(line, "\n"))
				}
				if format == "json" || format == "sarif" {
					assert.True(t, json.Valid(out.Bytes()))
				}
			}
		}
	})
}

func assertHarmless(t *testing.T, format, line string) {
	t.Helper()
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Errorf("%s: %q", format, line)
			return
		}
	}
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, "::") && format != "github" || strings.Contains(line, "##[") || strings.Contains(line, "##vso") {
		t.Errorf("%s: %q", format, line)
	}
}
