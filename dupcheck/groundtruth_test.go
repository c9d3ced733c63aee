package dupcheck_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestVersionPairs holds NewID to the pairs of API versions between which an
// API server was asked for one object: created under the first, read under the
// second.
func TestVersionPairs(t *testing.T) {
	form := regexp.MustCompile(`^(\w+): created via (\S+), read via (\S+)$`)
	pairs := 0
	for _, r := range table(t, "testdata/groundtruth.tsv") {
		m := form.FindStringSubmatch(r["case"])
		if m == nil || undecided[r["id"]] != "" {
			continue
		}
		pairs++
		require.Equal(t, "SAME uid", r["cluster_result"])
		created, err := dupcheck.NewID(dupcheck.Rules{}, m[2], m[1], "default", "x")
		require.NoError(t, err, r["id"])
		found, err := dupcheck.NewID(dupcheck.Rules{}, m[3], m[1], "default", "x")
		require.NoError(t, err, r["id"])
		assert.Equal(t, created, found, "%s: the server gave one uid", r["id"])
	}
	assert.Equal(t, 161, pairs)
}

// truth is a measured case with its manifest and our answer. The
// answer of the server is in testdata/groundtruth.tsv.
type truth struct {
	id        string
	yaml      string
	namespace string   // the default namespace, "default" unless it says another
	ids       string   // our identities, separated by "; "
	rules     []string // our diagnostics
}

// undecided are the cases that no tool can decide from manifests alone, and
// why. Each is a fact about the server or the request and not about who the
// objects are.
var undecided = map[string]string{
	"A-084": "the body was invalid and nothing was created (schema)",
	"B05":   "the URL decides: a cluster-scoped kind posted to a namespace's path",
	"B19":   "the URL decides: another namespace in the path than in the body",
	"B20":   "the URL decides: a namespaced kind posted to the cluster's path",
	"C04":   "the cluster's state decides: replace fails because the object is not there yet",
	"K03d":  "the server decides which versions of a kind it serves (v9)",
	"K04b":  "the cluster's state decides: a definition is put back to what the server holds",
	"L10":   "the server decides which versions it serves: a List in apps/v1 is expanded, one in foo/v9 is not",
	"L13":   "the cluster's state decides: a WidgetList is expanded if a CRD of Widget is there",
	"L14":   "the URL decides: a list posted where one object is expected",
	"V23":   "the server decides which versions it serves: apps/v1beta1 until 1.17",
	"V24":   "the server decides which versions it serves: extensions/v1beta1 until 1.17",
}

// silent are the cases that the server or kubectl refuses and we say nothing
// about, and why that is right for us.
var silent = map[string]string{
	"B13": "kubectl -n refuses another namespace than its own; the identities are clear and different",
	"G01": "kubectl apply refuses generateName; kubectl create does not (G03), and it equals nothing",
	"G02": "as G01",
	"L08": "a List of nothing; there is no object, and kuniq check fails on an input without objects",
	"L09": "as L08",
	"X01": "a kind without an identity; what its server-side validation says is not our matter",
	"X02": "as X01",
	"X03": "a client-side configuration file; kubectl is not the tool that reads it",
}

func TestGroundTruth(t *testing.T) {
	measured := map[string]row{}
	for _, r := range table(t, "testdata/groundtruth.tsv") {
		measured[r["id"]] = r
	}
	seen := map[string]bool{}
	for _, tt := range truths {
		for id := range strings.SplitSeq(tt.id, " ") {
			require.Contains(t, measured, id)
			require.False(t, seen[id], "%s is there twice", id)
			seen[id] = true
			t.Run(id, func(t *testing.T) { testTruth(t, tt, measured[id]) })
		}
	}
	for id := range measured {
		elsewhere := strings.HasPrefix(id, "A-") || id == "C08r" // TestVersionPairs, TestLastWins
		assert.True(t, elsewhere || seen[id] || undecided[id] != "", "%s is neither decided nor explained", id)
		assert.False(t, seen[id] && undecided[id] != "", "%s is decided after all", id)
	}
}

func testTruth(t *testing.T, tt truth, server row) {
	rules := dupcheck.Rules{DefaultNamespace: cmp.Or(tt.namespace, "default")}
	objects := read(t, tt.yaml)
	ids := []string{}
	for _, id := range identities(rules, objects) {
		ids = append(ids, id.String())
	}
	assert.Equal(t, tt.ids, strings.Join(ids, "; "))
	got := rulesOf(dupcheck.Check(rules, objects))
	if len(tt.rules) == 0 {
		assert.Empty(t, got)
	} else {
		assert.Equal(t, tt.rules, got)
	}
	accepted := server["exit_or_http"] == "0" || strings.HasPrefix(server["exit_or_http"], "20")
	if !accepted && silent[server["id"]] == "" {
		assert.NotEmpty(t, got, "the server or kubectl refuses this: %s", server["case"])
	}
	stored := storedBy(server)
	switch {
	case !accepted || stored == nil:
	case objects[0].Name == "" && objects[0].GenerateName != "":
		assert.Len(t, objects, len(stored), "every object is a new one")
	default:
		assert.Equal(t, stored, places(identities(rules, objects)), "what the server stored, and our identities")
	}
}

var storedObject = regexp.MustCompile(`\('([^']*)/([^'/]*)', '(\w+)'`)

// storedBy returns the objects that the server had stored after a case, as
// namespace/name, or nil if that was not looked at. Not of the case are a
// ConfigMap of the server's own, and custom resources of the cases before.
func storedBy(server row) []string {
	if !strings.HasPrefix(server["cluster_result"], "[[") || strings.Contains(server["command"], "--dry-run") {
		return nil
	}
	uids := map[string]bool{}
	out := []string{}
	for _, m := range storedObject.FindAllStringSubmatch(server["cluster_result"], -1) {
		left := strings.HasPrefix(server["id"], "K") && customOf[server["id"]] != m[2]
		if m[1] == "kube-system" || uids[m[3]] || left {
			continue
		}
		uids[m[3]] = true // one uid under two groups or versions is one object
		out = append(out, m[1]+"/"+m[2])
	}
	slices.Sort(out)
	return out
}

// customOf is the custom resource that belongs to a case; the others were left
// by the cases before it.
var customOf = map[string]string{"K02": "id-w", "K03b": "id-l", "K13": "id-g", "K14": "id-2g"}

// places renders identities as groundtruth.tsv does, which lists custom
// resources but not their definitions.
func places(ids []dupcheck.ID) []string {
	out := []string{}
	for _, id := range ids {
		if id.Kind == "CustomResourceDefinition" {
			continue
		}
		out = append(out, cmp.Or(id.Namespace, "-")+"/"+id.Name)
	}
	slices.Sort(out)
	return out
}

// TestLastWins is C08: the data of the second declaration stayed.
func TestLastWins(t *testing.T) {
	d := only(t, check(t, dupcheck.Rules{}, configMap("id-a", "data: {v: '1'}")+"---\n"+configMap("id-a", "data: {v: '2'}")))
	wins, ok := d.Wins()
	assert.True(t, ok)
	assert.Equal(t, 1, wins)
	assert.Equal(t, []string{"data.v"}, d.Differs)
}
