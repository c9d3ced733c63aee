package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

const (
	library = "../../kuniq.libsonnet"
	data    = "../../../../dupcheck/data"
)

// TestLibraryIsUpToDate fails when a table of package dupcheck has changed.
func TestLibraryIsUpToDate(t *testing.T) {
	text, err := os.ReadFile(library)
	require.NoError(t, err)
	want, err := generate(string(text), data)
	require.NoError(t, err)
	require.Equal(t, want, string(text), "go generate ./plugin/jsonnethook")
}

// TestJsonnetReadsTheTables proves that nothing was lost on the way.
func TestJsonnetReadsTheTables(t *testing.T) {
	read := func(name string) ([]byte, error) { return os.ReadFile(data + "/" + name) }
	tables, err := readTables(read)
	require.NoError(t, err)
	for name, want := range map[string]map[string]string{
		"aliases": tables.aliases, "openshiftAliases": tables.openshift, "scopes": tables.scopes,
	} {
		text, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("tables", tables.jsonnet()+name)
		require.NoError(t, err)
		got := map[string]string{}
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		require.NotEmpty(t, want)
		assert.Equal(t, want, got)
	}
	// The library asks for the scope first: no type may be in two tables.
	for gk := range tables.scopes {
		group, _, _ := strings.Cut(gk, "/")
		assert.NotContains(t, tables.unstored, gk)
		assert.NotContains(t, tables.config.groups, group)
		assert.NotContains(t, tables.config.kinds, gk)
	}
}

// TestDelicateKinds: a kind that is missing here is taken for what it seems.
func TestDelicateKinds(t *testing.T) {
	tables := tables{
		aliases:   map[string]string{"batch/ScheduledJob": "batch/CronJob", "extensions/Ingress": "networking.k8s.io/Ingress"},
		openshift: map[string]string{"/Project": "/Namespace"},
		scopes:    map[string]string{"/Namespace": "Cluster", "/Pod": "Namespaced", "x/Project": "Cluster"},
	}
	text, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("tables", tables.jsonnet()+
		"[[n, kind, delicateKinds[n][kind]] for n in std.range(0, std.length(delicateKinds) - 1) for kind in std.objectFields(delicateKinds[n])]")
	require.NoError(t, err)
	assert.JSONEq(t, `[[7, "Project", "Renamed"], [9, "Namespace", "Cluster"], [11, "Environment", "Environment"], [12, "ScheduledJob", "Renamed"]]`, text)
}

func TestResolve(t *testing.T) {
	chain := tables{aliases: map[string]string{"a/A": "b/B", "b/B": "c/C"}}
	require.NoError(t, chain.resolve())
	assert.Equal(t, map[string]string{"a/A": "c/C", "b/B": "c/C"}, chain.aliases)
	circle := tables{aliases: map[string]string{"a/A": "b/B", "b/B": "a/A"}}
	require.ErrorContains(t, circle.resolve(), "circle")
}

func TestGenerateNeedsMarksAndColumns(t *testing.T) {
	_, err := generate("{}", data)
	require.ErrorContains(t, err, "no marks")
	_, err = readTables(func(string) ([]byte, error) { return []byte("group\tkind\n\tX\n"), nil })
	require.ErrorContains(t, err, `no column "canonical_group"`)
	_, err = readTables(func(string) ([]byte, error) { return nil, nil })
	require.ErrorContains(t, err, "is empty")
}
