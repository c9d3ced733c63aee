package restore

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/split"
)

// dump reads a dump that must be readable.
func dump(t testing.TB, texts ...string) *Dump {
	t.Helper()
	var d Dump
	for i, text := range texts {
		d.Add(fmt.Sprintf("dump%d.yaml", i), []byte(text))
	}
	require.Empty(t, d.Unread)
	return &d
}

func dumpFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

// pv and pvc make one bound pair, shop/data and pv-1, with fields changed:
// "spec.claimRef.uid=x", "status.phase=", where nothing removes the field and
// what begins with a bracket or brace is JSON.
func pv(changes ...string) string {
	return changed(`{"apiVersion": "v1", "kind": "PersistentVolume",
 "metadata": {"name": "pv-1", "uid": "vu-1", "resourceVersion": "7"},
 "spec": {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "fast",
  "persistentVolumeReclaimPolicy": "Delete", "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
  "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data", "uid": "cu-1", "resourceVersion": "5"}},
 "status": {"phase": "Bound"}}`, changes)
}

func pvc(changes ...string) string {
	return changed(`{"apiVersion": "v1", "kind": "PersistentVolumeClaim",
 "metadata": {"name": "data", "namespace": "shop", "uid": "cu-1", "resourceVersion": "8"},
 "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}, "storageClassName": "fast", "volumeName": "pv-1"},
 "status": {"phase": "Bound"}}`, changes)
}

func changed(text string, changes []string) string {
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		panic(err)
	}
	for _, c := range changes {
		name, to, _ := strings.Cut(c, "=")
		path := strings.Split(name, ".")
		var value any = to
		if strings.HasPrefix(to, "{") || strings.HasPrefix(to, "[") || strings.HasPrefix(to, "#") {
			if err := json.Unmarshal([]byte(strings.TrimPrefix(to, "#")), &value); err != nil {
				panic(err)
			}
		}
		if to == "" {
			remove(m, path...)
		} else {
			set(m, value, path...)
		}
	}
	out, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(out) + "\n"
}

const class = `{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}, "provisioner": "ebs.csi.aws.com", "reclaimPolicy": "Retain"}` + "\n"

// rules lists findings as "rule" and "rule!" for those that refuse.
func rules(r Restoration) []string {
	out := []string{}
	for _, f := range r.Findings {
		s := string(f.Rule)
		if f.Refuses {
			s += "!"
		}
		out = append(out, s)
	}
	return out
}

func names(r Restoration) []string {
	out := []string{}
	for _, f := range r.Files {
		out = append(out, f.Name)
	}
	return out
}

func contentOf(t testing.TB, r Restoration, name string) string {
	t.Helper()
	i := slices.IndexFunc(r.Files, func(f split.File) bool { return f.Name == name })
	require.GreaterOrEqual(t, i, 0, "%s is not among %s", name, names(r))
	return string(r.Files[i].Bytes())
}

// value reads one object back.
func value(t testing.TB, text string) map[string]any {
	t.Helper()
	var found []map[string]any
	for o, err := range manifest.Parse("x", []byte(text)) {
		require.NoError(t, err)
		v, err := o.Body.Value()
		require.NoError(t, err)
		found = append(found, v.(map[string]any))
	}
	require.Len(t, found, 1)
	return found[0]
}

const (
	volumeFile = "4-volumes/v1.PersistentVolume-pv-1.yaml"
	claimFile  = "5-claims/v1.PersistentVolumeClaim-shop.data.yaml"
)

var pairID = dupcheck.ID{Kind: "PersistentVolumeClaim", Namespace: "shop", Name: "data"}
