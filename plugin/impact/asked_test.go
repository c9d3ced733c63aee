package impact

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// owned is a deployer with an owner, whose objects have annotations.
func owned(name, annotations string, objects ...string) deploy.Deployer {
	d := deployer(name, objects...)
	d.Owners = []deploy.Owner{{Mark: deploy.TrackingID, Name: name}}
	for i := range d.Desired.Objects {
		d.Desired.Objects[i].Body = render.Body{JSON: []byte(`{"metadata":{"annotations":{` + annotations + `}}}`)}
		d.Desired.Objects[i].At.Line = i + 1
	}
	return d
}

// TestSpentTakes: one that names the old owner is spent as soon as that does not have the
// object at base. Nothing is said where that is not known.
func TestSpentTakes(t *testing.T) {
	const take, give = `"kuniq.dev/take-from":"a"`, `"kuniq.dev/give-to":"b"`
	unknown := owned("a", "")
	unknown.Desired.Unresolved = "a plugin"
	elsewhere := owned("a", "", "ConfigMap/c")
	elsewhere.Destination.Server = "https://two"
	for _, tt := range []struct {
		name       string
		base, head deploy.Snapshot
		want       int
	}{
		{"taken", state(owned("a", ""), owned("b", "", "ConfigMap/c")), state(owned("a", ""), owned("b", take, "ConfigMap/c")), 1},
		{"the old owner is gone", state(owned("b", "", "ConfigMap/c")), state(owned("b", take, "ConfigMap/c")), 1},
		{"the old owner is elsewhere", state(elsewhere, owned("b", "", "ConfigMap/c")), state(elsewhere, owned("b", take, "ConfigMap/c")), 1},
		{"given", state(owned("b", give, "ConfigMap/c")), state(owned("b", give, "ConfigMap/c")), 1},
		{"in advance", state(owned("a", give, "ConfigMap/c")), state(owned("a", give, "ConfigMap/c")), 0},
		{"both have it", state(owned("a", "", "ConfigMap/c"), owned("b", "", "ConfigMap/c")), state(owned("b", take, "ConfigMap/c")), 0},
		{"not known", state(unknown, owned("b", "", "ConfigMap/c")), state(unknown, owned("b", take, "ConfigMap/c")), 0},
		{"it takes", state(owned("a", "", "ConfigMap/c"), owned("b", "")), state(owned("a", ""), owned("b", take, "ConfigMap/c")), 0},
		{"many", state(owned("b", "", many(5)...)), state(owned("b", take, many(5)...)), 5},
	} {
		got := Compare(tt.base, tt.head, Options{})
		assert.Len(t, got.General, tt.want, tt.name)
		assert.Len(t, view{Impact: got}.General(), min(tt.want, mostAsked+1), tt.name)
		off := Compare(tt.base, tt.head, Options{Rules: dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{SpentAcknowledgement: dupcheck.Off}}})
		assert.Empty(t, off.General, tt.name)
	}
}

// TestTaken: an object that two deployers had, and one that another has of each mark.
func TestTaken(t *testing.T) {
	lines := func(base, head deploy.Snapshot) (all []string) {
		for _, a := range Compare(base, head, Options{}).Acknowledgements {
			all = append(all, fmt.Sprintln(a.Guard, a.State, a.Line()+a.Remark(), a.Command))
		}
		return all
	}
	give := func(to string) string {
		return " kubectl annotate --overwrite configmap -n x c kuniq.dev/give-to=" + to + "\n"
	}
	assert.Equal(t, []string{
		`no-takeover-argocd needed kuniq.dev/take-from: "a"` + give("c"), `no-takeover-argocd needed kuniq.dev/take-from: "b"` + give("c"),
	}, lines(state(owned("a", "", "ConfigMap/c"), owned("b", "", "ConfigMap/c")), state(owned("a", ""), owned("b", ""), owned("c", "", "ConfigMap/c"))))
	assert.Equal(t, []string{`no-takeover-argocd acknowledged kuniq.dev/take-from: "a"` + give("c")},
		lines(state(owned("a", `"kuniq.dev/give-to":"c"`, "ConfigMap/c")), state(owned("a", ""), owned("c", "", "ConfigMap/c"))))
	assert.Equal(t, []string{`no-takeover-argocd wrong kuniq.dev/take-from: "a", not "x"` + give("c")},
		lines(state(owned("a", "", "ConfigMap/c")), state(owned("a", ""), owned("c", `"kuniq.dev/take-from":"x"`, "ConfigMap/c"))))
	// Endpoints follow their Service, and no guard looks at them.
	assert.Empty(t, lines(state(owned("a", "", "Endpoints/c")), state(owned("a", ""), owned("c", "", "Endpoints/c"))))

	release := func(name string, objects ...string) deploy.Deployer {
		d := owned(name, "", objects...)
		d.Tool, d.Owners = deploy.FluxHelmRelease, []deploy.Owner{{Mark: deploy.HelmReleaseLabels, Name: "x/" + name}, {Mark: deploy.ReleaseAnnotations, Name: "x/x-" + name}}
		return d
	}
	assert.Equal(t, []string{
		`no-takeover-flux needed kuniq.dev/take-from: "x/a"` + give("x/b"), `no-takeover-helm needed kuniq.dev/take-from: "x/x-a"` + give("x/x-b"),
	}, lines(state(release("a", "ConfigMap/c")), state(release("a"), release("b", "ConfigMap/c"))))
	// Two tools leave different marks, and none of them is changed.
	assert.Empty(t, lines(state(owned("a", "", "ConfigMap/c")), state(owned("a", ""), release("b", "ConfigMap/c"))))
}

// TestKubectl: a name of a stranger's manifest stands in a command to be copied.
func TestKubectl(t *testing.T) {
	id := dupcheck.ID{Group: "apps", Kind: "StatefulSet", Namespace: "n", Name: "s"}
	assert.Equal(t, "kubectl get statefulset.apps -n n s -o yaml", kubectl("get", id, "-o yaml"))
	for _, name := range []string{"$(reboot)", "a b", "-f", "`x`", "a;b", "a\nb", ""} {
		other := id
		other.Name = name
		assert.Empty(t, kubectl("get", other, ""), name)
		other = id
		other.Namespace = name
		assert.Equal(t, name == "", kubectl("get", other, "") != "", name)
		assert.Empty(t, annotate(id, "a=", name), name)
	}
}

// TestExact: no run of backticks inside ends the code, and all of the text is there.
func TestExact(t *testing.T) {
	for s, want := range map[string]string{
		"a":                    "`a`",
		"a `b`":                "`` a `b` ``",
		"a```<img>```":         "```` a```<img>``` ````",
		"a ` b `` c ```` <br>": "````` a ` b `` c ```` <br> `````",
	} {
		assert.Equal(t, want, exact(s))
	}
}
