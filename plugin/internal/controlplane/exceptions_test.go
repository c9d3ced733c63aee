package main

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An exception is a case that says nothing about who an object is, and so
// nothing that kuniq could agree with. The server is asked all the same.
type exception struct {
	why  string
	yaml string
	path string // to which it is posted, if it is not kubectl's matter
}

// exceptions are all but the last undecided in dupcheck/groundtruth_test.go, too.
var exceptions = map[string]exception{
	"B05": {
		"the URL decides: a cluster-scoped kind posted to a namespace's path",
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: id-a}\n",
		"/apis/rbac.authorization.k8s.io/v1/namespaces/team-a/clusterroles",
	},
	"B19": {
		"the URL decides: another namespace in the path than in the body",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: id-a, namespace: team-a}\n", "/api/v1/namespaces/team-b/configmaps",
	},
	"B20": {
		"the URL decides: a namespaced kind posted to the cluster's path",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: id-a, namespace: team-a}\n", "/api/v1/configmaps",
	},
	"C04": {
		why:  "the objects of the server decide: replace fails because the object is not there yet",
		yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: id-a, namespace: default}\n",
	},
	"K03d": {
		why:  "the server decides which versions of a CRD it serves",
		yaml: "apiVersion: ex.example.com/v9\nkind: Widget\nmetadata: {name: id-w, namespace: default}\n",
	},
	"K04b": {
		why: "the objects of the server decide: a definition is put back to what the server holds",
		yaml: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.ex.example.com}\n" +
			"spec: {group: ex.example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: []}\n",
	},
	"L10": {
		why:  "the server decides which versions it serves: a List in apps/v1 is expanded, one in foo/v9 is not",
		yaml: "apiVersion: foo/v9\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: id-a}}\n",
	},
	"L13": {
		why:  "the objects of the server decide: a WidgetList is expanded if a CRD of Widget is there",
		yaml: "apiVersion: ex.example.com/v1\nkind: WidgetList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: id-a}}\n",
	},
	"L14": {
		"the URL decides: a list posted where one object is expected",
		"apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: id-a}}\n", "/api/v1/namespaces/default/configmaps",
	},
	"V23": {
		why:  "the server decides which versions it serves: apps/v1beta1 until 1.17",
		yaml: "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: id-a}\n" + left["V20"],
	},
	"V24": {
		why:  "the server decides which versions it serves: extensions/v1beta1 until 1.17",
		yaml: "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: id-a}\n" + left["V20"],
	},
	"C08r": {why: "no apply and no create, but what C08 has left behind: TestLastOneWins asks for it"},
}

// except asks the server a case about which kuniq says nothing. None of them
// makes an object.
func (r *replay) except(t *testing.T, tt truth, e exception) {
	assert.Empty(t, tt.YAML, "no exception any more")
	assert.Equal(t, e.yaml != "", tt.Undecided != "", "dupcheck decides it")
	t.Logf("%s: %s", tt.Case, e.why)
	if e.yaml == "" {
		return
	}
	kinds, err := r.plane.discover(t.Context())
	require.NoError(t, err)
	before := r.stored(t, kinds)
	var code int
	if e.path != "" {
		answer, err := r.plane.Do(t.Context(), http.MethodPost, e.path, "application/yaml", []byte(e.yaml))
		require.NoError(t, err)
		code = answer.Status
	} else {
		tt.YAML = e.yaml
		code = r.ask(t, tt, kinds)
	}
	assert.Equal(t, tt.Exit, strconv.Itoa(code), "%s: %s", tt.Case, tt.Command)
	assert.Equal(t, before, r.stored(t, kinds))
}
