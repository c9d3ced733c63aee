package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDrillReleased: the volumes are still there, Released.
func TestDrillReleased(t *testing.T) {
	d := newDrill(t, "Retain")
	d.incident(t)
	d.dump(t, "now.yaml")
	s, err := d.state(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"Released": claims}, s.volumes)

	d.writeRestore(t, "restore")
	w := d.watch(t)
	d.restore(t, "restore")
	d.check(t)
	assert.Empty(t, w.harm(t))
}

// TestDrillGone: the volumes are gone, and only their disks are still there.
func TestDrillGone(t *testing.T) {
	d := newDrill(t, "Retain")
	d.incident(t)
	d.shell(t, d.dir, "kubectl delete pv --all")
	d.makeDelete(t)
	d.dump(t, "now.yaml")

	d.writeRestore(t, "restore")
	w := d.watch(t)
	d.restore(t, "restore")
	d.check(t)
	assert.Empty(t, w.harm(t))
}

// TestDrillInterrupted: some volumes are gone and some were released, and each
// phase is interrupted half-way. First it is repeated, which RESTORE.md calls
// safe; then the steps of RESTORE.md are done.
func TestDrillInterrupted(t *testing.T) {
	d := newDrill(t, "Delete")
	even := make([]string, 0, claims/2)
	for n := 0; n < claims; n += 2 { // those whose disks the controller would delete itself
		even = append(even, fmt.Sprintf("old-%d", n))
	}
	names := strings.Join(even, " ")
	d.shell(t, d.dir, `kubectl patch pv `+names+` -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`)
	d.incident(t)
	d.shell(t, d.dir, "kubectl delete pv "+names)
	d.dump(t, "now.yaml")
	d.writeRestore(t, "restore")
	w := d.watch(t)
	dir := "restore"
	for _, phase := range []string{"Phase 1", "Phase 2", "Phase 4", "Phase 5"} {
		d.interrupt(t, dir, phase)
		dir = d.again(t, dir)
	}
	d.restore(t, dir)
	d.check(t)
	assert.Empty(t, w.harm(t))
}

// TestDeleteWhileReleased: the volumes are of a driver that is slow to delete
// its disks, and their policy is Delete. Those whose disks the controller
// deletes itself are lost with the namespace; that is the incident.
func TestDeleteWhileReleased(t *testing.T) {
	d := newDrill(t, "Delete")
	d.incident(t)
	s := d.wait(t, "the controller to delete", func(s state) bool { return s.volumes["Released"] == claims/2 && len(s.volumes) == 1 })
	require.Len(t, s.volumes, 1)
	for _, disk := range d.bound {
		if strings.HasPrefix(disk, "/") {
			assert.NoDirExists(t, disk)
		}
	}
	d.dump(t, "now.yaml")
	out := d.restoreVolumes(t, "--present", "now.yaml", "-d", "restore", "before.yaml")
	require.Zero(t, out.Code, "%s%s", out.Stdout, out.Stderr)
	assert.Contains(t, out.Stdout+out.Stderr, `was released with the policy "Delete"`)
	w := d.watch(t)
	d.restore(t, "restore")
	end := d.wait(t, "all claims to be bound again", func(s state) bool { return s.claims["Bound"] == claims })
	assert.Equal(t, d.bound, end.disks)
	assert.Empty(t, w.harm(t))
}

// TestNaiveApply is what kuniq restore is for: the dump itself is applied. The stale
// uid in claimRef makes the controller delete the disks.
func TestNaiveApply(t *testing.T) {
	d := newDrill(t, "Retain")
	d.incident(t)
	d.shell(t, d.dir, "kubectl delete pv --all")
	d.makeDelete(t)
	w := d.watch(t)
	d.shell(t, d.dir, "kubectl create namespace iox; kubectl apply -f before.yaml || true")
	s := d.wait(t, "the damage", func(s state) bool {
		return s.claims["Lost"] == claims && s.volumes["Released"] == claims/2 && len(s.volumes) == 1
	})
	assert.Empty(t, s.disks, "no claim has a volume")
	harm := strings.Join(w.harm(t), "\n")
	assert.Equal(t, claims, strings.Count(harm, " Released, was Pending"), harm)
	assert.Equal(t, claims/2, strings.Count(harm, "DELETED "), harm)
	for _, disk := range d.bound {
		if strings.HasPrefix(disk, "/") {
			assert.NoDirExists(t, disk, "the controller has deleted the data of the team")
		}
	}
}

// TestRevertFirst: git is reverted before the volumes are back. The new claims
// take new, empty volumes, and kuniq says so.
func TestRevertFirst(t *testing.T) {
	d := newDrill(t, "Retain")
	d.incident(t)
	d.apply(t, workloads())
	d.apply(t, d.volumes(t, "new", "Retain")) // as a provisioner would
	s := d.wait(t, "the new claims", func(s state) bool { return s.claims["Bound"] == claims })
	for claim, disk := range s.disks {
		assert.NotEqual(t, d.bound[claim], disk, claim)
	}
	assert.Equal(t, map[string]int{"Bound": claims, "Released": claims}, s.volumes, "nothing uses the old disks")
	d.dump(t, "now.yaml")
	out := d.restoreVolumes(t, "--present", "now.yaml", "-d", "restore", "before.yaml")
	assert.Equal(t, 1, out.Code, "%s%s", out.Stdout, out.Stderr)
	assert.NoDirExists(t, filepath.Join(d.dir, "restore"))
	t.Log(strings.SplitN(out.Stdout+out.Stderr, "\n", 2)[0])
}
