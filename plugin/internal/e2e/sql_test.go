package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fleet are manifests of three repositories that share the cluster east. Some of their
// objects collide although their texts differ, others have equal texts and do not collide.
var fleet = map[string]string{
	"one/env/east/a.yaml": `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 1}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: same}, data: {a: "1"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls}}
---
{apiVersion: batch/v1, kind: Job, metadata: {generateName: run-}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "a'b", namespace: x}}
`,
	"one/env/west/a.yaml": `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 1}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}}
`,
	"two/env/east/b.yaml": `
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
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "a'b", namespace: z}}
`,
	"three/env/west/c.yaml": `
{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {}}
---
{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {a: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: same}, data: {a: "1"}}
`,
}

// collision is an identity that is declared more than once.
type collision struct {
	Set, Group, Kind, Namespace, Name string
	Declarations                      int
	Identical                         bool
	Places                            []string
}

// query returns the query that the documentation gives.
func query(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root(t), "docs/list.md"))
	require.NoError(t, err)
	found := regexp.MustCompile("(?ms)^```sql\n(.*?)^```\n").FindAllSubmatch(page, -1)
	require.Len(t, found, 1)
	return string(found[0][1])
}

// TestQuery: the documented query finds in the inventories of many
// repositories what one check of all of them finds.
func TestQuery(t *testing.T) {
	asked(t)
	work := t.TempDir()
	for name, text := range fleet {
		write(t, work, name, text)
	}
	sameSets := []string{"-n", "shop", "--set", "*/env/{cluster}"}
	want := checked(t, work, sameSets...)
	require.Len(t, want, 5)
	assert.Equal(t, want, queried(t, work, []string{"three", "one", "two"}, sameSets...))
}

// kuniq runs the command and returns its standard output.
func kuniq(t *testing.T, dir string, code int, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(filepath.Join(buildKuniq(t), "kuniq"), args...)
	cmd.Dir = dir
	out, _ := cmd.Output()
	require.Equal(t, code, cmd.ProcessState.ExitCode(), "%s", out)
	return out
}

// checked returns the collisions that one check of everything finds. A Secret
// is not called identical: its content has no digest.
func checked(t *testing.T, work string, flags ...string) []collision {
	t.Helper()
	var report struct {
		Diagnostics []struct {
			Set, Rule    string
			ID           struct{ Group, Kind, Namespace, Name string }
			Identical    bool
			Declarations []struct {
				File string
				Line json.Number
			}
		}
	}
	out := kuniq(t, work, 1, append([]string{"check", "-o", "json", "."}, flags...)...)
	require.NoError(t, json.Unmarshal(out, &report))
	var all []collision
	for _, d := range report.Diagnostics {
		if d.Rule != "duplicate-object" && d.Rule != "identical-object" {
			continue
		}
		c := collision{
			d.Set, d.ID.Group, d.ID.Kind, d.ID.Namespace, d.ID.Name, len(d.Declarations),
			d.Identical && d.ID.Kind != "Secret", nil,
		}
		for _, at := range d.Declarations {
			c.Places = append(c.Places, at.File+":"+at.Line.String())
		}
		slices.Sort(c.Places)
		all = append(all, c)
	}
	slices.SortFunc(all, compareCollisions)
	return all
}

func compareCollisions(a, b collision) int {
	return slices.Compare([]string{a.Set, a.Group, a.Kind, a.Namespace, a.Name}, []string{b.Set, b.Group, b.Kind, b.Namespace, b.Name})
}

// queried returns the collisions that SQLite finds in the inventories of some
// directories, each made by itself.
func queried(t *testing.T, work string, dirs []string, flags ...string) []collision {
	t.Helper()
	bin := filepath.Join(scratch, "sqlite")
	golang(t, filepath.Join("testdata", "sqlite"), []string{"GOWORK=off"}, "build", "-o", bin, ".")
	var files []string
	for i, dir := range dirs {
		name := filepath.Join(t.TempDir(), strconv.Itoa(i)+".jsonl")
		out := kuniq(t, work, 0, append([]string{"list", "-o", "jsonl", dir}, flags...)...)
		require.NoError(t, os.WriteFile(name, out, 0o644))
		files = append(files, name)
	}
	cmd := exec.Command(bin, files...)
	cmd.Stdin = strings.NewReader(query(t))
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []collision
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var row struct {
			Set, Group, Kind, Namespace, Name, Places string
			Declarations, Identical                   int
		}
		require.NoError(t, d.Decode(&row))
		places := strings.Fields(row.Places)
		slices.Sort(places)
		all = append(all, collision{
			row.Set, row.Group, row.Kind, row.Namespace, row.Name, row.Declarations, row.Identical == 1, places,
		})
	}
	return all
}
