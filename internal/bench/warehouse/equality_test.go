package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manifests are those of three repositories, with names and values that a reader of
// CSV can confuse. The sets 1.1 and 1.10 are different texts, but equal as numbers.
var manifests = map[string]string{
	"one/env/1.1/a.yaml": `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 1}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: same}, data: {a: "1"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls}}
---
{apiVersion: batch/v1, kind: Job, metadata: {generateName: run-}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "a'b,c\"d"}}
---
{apiVersion: example.com/v1, kind: Holder, metadata: {name: half}, spec: {held: {apiVersion: v1, kind: Secret, metadata: {name: in}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: "2026-11-30"}, data: {a: "1"}}
`,
	"one/env/1.10/a.yaml": `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: "007", namespace: "1"}}
`,
	"two/env/1.1/b.yaml": `
{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 2}}
---
apiVersion: v1
data: {a: '1'}
kind: ConfigMap
metadata: {name: same, annotations: {config.kubernetes.io/index: '3'}}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls}}
---
{apiVersion: batch/v1, kind: Job, metadata: {generateName: run-}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "a'b,c\"d"}}
---
{apiVersion: example.com/v1, kind: Holder, metadata: {name: half}}
`,
	"three/env/1.10/c.yaml": `
{apiVersion: v1, kind: ConfigMap, metadata: {name: "7", namespace: "01"}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: "01"}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: "1"}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: "1"}}
`,
}

var flags = []string{"-n", "shop", "--set", "*/env/{cluster}"}

// build returns the command, built from this tree.
func build(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "kuniq")
	cmd := exec.Command("go", "build", "-o", name, "./plugin/cmd/kuniq")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOWORK="+filepath.Join(root, "go.work"))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return name
}

// kuniq runs the command and returns its standard output.
func kuniq(t *testing.T, command, dir string, code int, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(command, append(args, flags...)...)
	cmd.Dir = dir
	out, _ := cmd.Output()
	require.Equal(t, code, cmd.ProcessState.ExitCode(), "%s", out)
	return out
}

// checked returns the collisions that one check of everything finds. A Secret, and an
// object that contains one, is not called identical: its content has no digest.
func checked(t *testing.T, command, dir string) []collision {
	t.Helper()
	var report struct {
		Diagnostics []struct {
			Set, Rule    string
			ID           struct{ Group, Kind, Namespace, Name string }
			Identical    bool
			Declarations []struct {
				File string
				Line int
			}
		}
	}
	require.NoError(t, json.Unmarshal(kuniq(t, command, dir, 1, "check", "--strict", "-o", "json", "."), &report))
	var all []collision
	for _, d := range report.Diagnostics {
		if d.Rule != "duplicate-object" && d.Rule != "identical-object" {
			continue
		}
		c := collision{d.Set, d.ID.Group, d.ID.Kind, d.ID.Namespace, d.ID.Name, len(d.Declarations), d.Identical && d.ID.Kind != "Secret", ""}
		var at []string
		for _, x := range d.Declarations {
			at = append(at, x.File+":"+strconv.Itoa(x.Line))
		}
		c.Places = strings.Join(slices.Sorted(slices.Values(at)), " ")
		all = append(all, c)
	}
	return ordered(all)
}

func ordered(all []collision) []collision {
	slices.SortFunc(all, func(a, b collision) int {
		return slices.Compare([]string{a.Set, a.Group, a.Kind, a.Namespace, a.Name}, []string{b.Set, b.Group, b.Kind, b.Namespace, b.Name})
	})
	return all
}

// found returns the answer to a query.
func found(t *testing.T, name string, statements []string, query string) []collision {
	t.Helper()
	db, err := open(name)
	require.NoError(t, err)
	defer db.Close()
	for _, s := range statements {
		_, err := db.Exec(s)
		require.NoError(t, err, s)
	}
	var all []collision
	require.NoError(t, collide(context.Background(), db, query, func(c collision) {
		at := strings.Fields(c.Places)
		slices.Sort(at)
		c.Places = strings.Join(at, " ")
		all = append(all, c)
	}), query)
	return ordered(all)
}

// TestDuckDB: the documented query finds in the inventories of many repositories what one
// check of all of them finds, in each documented format.
func TestDuckDB(t *testing.T) {
	command, dir := build(t), t.TempDir()
	for name, text := range manifests {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	want := checked(t, command, dir)
	require.Len(t, want, 6)

	work := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(work, "inventories"), 0o777))
	for _, repository := range []string{"one", "two", "three"} {
		for _, format := range []string{"jsonl", "csv"} {
			out := kuniq(t, command, dir, 0, "list", "-o", format, repository)
			require.NoError(t, os.WriteFile(filepath.Join(work, "inventories", repository+"."+format), out, 0o666))
		}
	}
	p, err := readPage()
	require.NoError(t, err)
	t.Chdir(work)
	var formats []string
	for _, l := range p.loads {
		assert.Equal(t, want, found(t, l.format+".duckdb", []string{l.sql}, p.query), l.format)
		formats = append(formats, l.format)
	}
	require.ElementsMatch(t, []string{"jsonl", "csv", "parquet"}, formats)

	// DuckDB stands in for two databases that are not here: it has their functions under
	// other names, and other quotes.
	names := []string{p.loads[0].sql, `CREATE MACRO array_join(list, separator) AS array_to_string(list, separator)`}
	for database, query := range p.dialects {
		assert.Equal(t, want, found(t, "", slices.Clone(names), strings.ReplaceAll(query, "`", `"`)), database)
	}
}
