package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A watch sees every change of a volume, as it happens, from the moment it was
// begun: it does not miss a harm that lasts for a moment only.
type watch struct {
	drill  *drill
	phase  map[string]string // of each volume, by name
	events *json.Decoder
	end    func()
}

// watch begins to watch the volumes.
func (d *drill) watch(t *testing.T) *watch {
	t.Helper()
	var list struct {
		Metadata struct{ ResourceVersion string }
		Items    []volumeObject
	}
	require.NoError(t, d.plane.get(t.Context(), volumesPath, &list))
	w := &watch{drill: d, phase: map[string]string{}}
	for _, v := range list.Items {
		w.phase[v.Metadata.Name] = v.Status.Phase
	}
	ctx, cancel := context.WithCancel(t.Context())
	answer, err := d.plane.send(ctx, http.MethodGet, volumesPath+"?watch=1&resourceVersion="+list.Metadata.ResourceVersion, "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	w.events = json.NewDecoder(answer.Body)
	w.end = func() { cancel(); _ = answer.Body.Close() }
	t.Cleanup(w.end)
	return w
}

// bait is a volume that does become Released, because it has the uid of a claim
// that there never was.
const bait = `apiVersion: v1
kind: PersistentVolume
metadata: {name: kuniq-bait}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: bait
  persistentVolumeReclaimPolicy: Retain
  hostPath: {path: /nonexistent/kuniq-bait}
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: default, name: kuniq-bait, uid: 00000000-0000-0000-0000-000000000000}
`

// harm ends the watch and returns everything bad that it has seen: a volume was
// deleted, or became Released or Failed. The bait comes last. When that has
// become Released the controller has looked at all that was before it, and the
// watch has shown that it sees harm.
func (w *watch) harm(t *testing.T) []string {
	t.Helper()
	defer w.end()
	stuck := time.AfterFunc(time.Minute, w.end) // then Decode fails
	defer stuck.Stop()
	w.drill.apply(t, bait)
	var out []string
	for seen := 0; ; seen++ {
		var e struct {
			Type   string
			Object volumeObject
		}
		require.NoError(t, w.events.Decode(&e), "the watch has ended too early; %v", out)
		bad := w.judge(e.Type, e.Object)
		if bad != "" && e.Object.Metadata.Name == "kuniq-bait" {
			require.Positive(t, seen, "nothing has happened at all")
			return out
		}
		if bad != "" {
			out = append(out, bad)
		}
	}
}

// judge says what is bad about an event.
func (w *watch) judge(kind string, v volumeObject) string {
	name, is := v.Metadata.Name, v.Status.Phase
	was := w.phase[name]
	w.phase[name] = is
	if kind == "DELETED" || kind == "ERROR" || is != was && (is == "Failed" || is == "Released") {
		return strings.TrimSpace(fmt.Sprintf("%s %s %s, was %s", kind, name, is, was))
	}
	return ""
}
