//go:build unix

package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

const mostMemory = 3 << 29 // 1.5 GiB

// heavy are files of one line of so many bytes: what comes before, what is
// repeated, and what comes after.
var heavy = map[string]struct {
	size               int
	first, again, last string
	code               int
	says               string
}{
	"JSON":          {100 << 20, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"`, "A", `"}}`, exitClean, "1 object"},
	"YAML":          {100 << 20, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: ", "A", "}}", exitNoWork, "big.yaml:1: unread: "},
	"smaller YAML":  {30 << 20, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: ", "A", "}}", exitClean, "1 object"},
	"brackets":      {100 << 20, "", "[", "", exitNoWork, "big.yaml:1: unread: "},
	"invalid UTF-8": {100 << 20, "kind: ", "\xe2\x82", "", exitNoWork, "big.yaml:1: unread: not UTF-8"},
	"NUL":           {100 << 20, "kind: ", "\x00", "", exitNoWork, "big.yaml: unread: "},
}

// TestLongHeavyLines: a line of 100 MB ends in an answer, and in bounded memory.
func TestLongHeavyLines(t *testing.T) {
	assertion.Long(t)
	for name, h := range heavy {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			many := strings.Repeat(h.again, 1<<12)
			writeFile(t, "big.yaml", func(w io.StringWriter) {
				_, _ = w.WriteString(h.first)
				for range h.size / len(many) {
					_, _ = w.WriteString(many)
				}
				_, _ = w.WriteString(h.last)
			})
			kuniq := command("check", "-o", "oneline", "big.yaml")
			forgetMemory()
			require.NoError(t, kuniq.Start())
			assert.Equal(t, h.code, kuniq.code(t))
			assert.Contains(t, kuniq.stdout.String(), h.says)
			assert.Less(t, len(kuniq.stdout.String()), 1000)
			requireMemory(t, kuniq, mostMemory)
		})
	}
}

// TestLongManyObjects: memory is bounded by what identifies the objects, and not by
// their contents: here some 20 MB of them, and 20 MB again that collide.
func TestLongManyObjects(t *testing.T) {
	assertion.Long(t)
	t.Chdir(t.TempDir())
	for n := range 500 {
		writeManifests(t, fmt.Sprintf("%03d.yaml", n), n*20, 20)
	}
	kuniq := command("check", ".")
	forgetMemory()
	require.NoError(t, kuniq.Start())
	assert.Equal(t, exitClean, kuniq.code(t))
	assert.Equal(t, "500 files, 10000 objects, no duplicates\n", kuniq.stdout.String())
	requireMemory(t, kuniq, 100<<20)

	writeManifests(t, "all.yaml", 0, 10_000)
	kuniq = command("check", "-o", "oneline", ".")
	forgetMemory()
	require.NoError(t, kuniq.Start())
	assert.Equal(t, exitFindings, kuniq.code(t))
	assert.Contains(t, kuniq.stdout.String(), "\n501 files, 20000 objects, 10000 errors\n")
	requireMemory(t, kuniq, 200<<20)
}

// TestLongManyVolumes: ten thousand volumes and their claims, some 20 MB, are a
// dump of a cluster larger than most. Memory grows with the dump, and not faster.
func TestLongManyVolumes(t *testing.T) {
	assertion.Long(t)
	t.Chdir(t.TempDir())
	const volumes = 10_000
	writeFile(t, "dump.yaml", func(w io.StringWriter) {
		_, _ = w.WriteString("apiVersion: v1\nitems:\n")
		for i := range volumes {
			_, _ = w.WriteString(strings.ReplaceAll(volumeOfDump, "NUMBER", fmt.Sprintf("%05d", i)))
		}
		_, _ = w.WriteString("kind: List\nmetadata:\n  resourceVersion: \"\"\n")
	})
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"restore", "check", "dump.yaml"}, "10000 of 10000 claims: the volume would be back\n"},
		{[]string{"restore", "volumes", "-d", "restore", "dump.yaml"}, "10000 claims: 10000 with a volume to create\n"},
		{[]string{"check", "restore"}, "20001 objects, no duplicates\n"},
	} {
		kuniq := command(tt.args...)
		forgetMemory()
		require.NoError(t, kuniq.Start())
		assert.Equal(t, exitClean, kuniq.code(t))
		assert.Contains(t, kuniq.stdout.String(), tt.says)
		requireMemory(t, kuniq, 5<<28)
	}
}

// volumeOfDump is a volume and its claim, as kubectl prints them.
const volumeOfDump = `- apiVersion: v1
  kind: PersistentVolume
  metadata:
    annotations:
      pv.kubernetes.io/provisioned-by: ebs.csi.aws.com
      volume.kubernetes.io/provisioner-deletion-secret-name: ""
      volume.kubernetes.io/provisioner-deletion-secret-namespace: ""
    creationTimestamp: "2024-05-02T08:11:32Z"
    finalizers:
    - kubernetes.io/pv-protection
    - external-attacher/ebs-csi-aws-com
    name: pvc-000NUMBER-7a52-4f1e-9f0f-3d1c2b4a5e6f
    resourceVersion: "10NUMBER"
    uid: 000NUMBER-1111-4222-8333-444455556666
  spec:
    accessModes:
    - ReadWriteOnce
    capacity:
      storage: 100Gi
    claimRef:
      apiVersion: v1
      kind: PersistentVolumeClaim
      name: data-NUMBER
      namespace: team
      resourceVersion: "9NUMBER"
      uid: 000NUMBER-7a52-4f1e-9f0f-3d1c2b4a5e6f
    csi:
      driver: ebs.csi.aws.com
      fsType: ext4
      volumeAttributes:
        storage.kubernetes.io/csiProvisionerIdentity: 1714579200000-8081-ebs.csi.aws.com
      volumeHandle: vol-0a0000000NUMBER
    nodeAffinity:
      required:
        nodeSelectorTerms:
        - matchExpressions:
          - key: topology.ebs.csi.aws.com/zone
            operator: In
            values:
            - eu-central-1a
    persistentVolumeReclaimPolicy: Delete
    storageClassName: gp3
    volumeMode: Filesystem
  status:
    phase: Bound
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    annotations:
      pv.kubernetes.io/bind-completed: "yes"
      pv.kubernetes.io/bound-by-controller: "yes"
      volume.beta.kubernetes.io/storage-provisioner: ebs.csi.aws.com
      volume.kubernetes.io/selected-node: ip-10-0-0-12.eu-central-1.compute.internal
      volume.kubernetes.io/storage-provisioner: ebs.csi.aws.com
    creationTimestamp: "2024-05-02T08:11:29Z"
    finalizers:
    - kubernetes.io/pvc-protection
    labels:
      app: ingester
    name: data-NUMBER
    namespace: team
    resourceVersion: "10NUMBER"
    uid: 000NUMBER-7a52-4f1e-9f0f-3d1c2b4a5e6f
  spec:
    accessModes:
    - ReadWriteOnce
    resources:
      requests:
        storage: 100Gi
    storageClassName: gp3
    volumeMode: Filesystem
    volumeName: pvc-000NUMBER-7a52-4f1e-9f0f-3d1c2b4a5e6f
  status:
    accessModes:
    - ReadWriteOnce
    capacity:
      storage: 100Gi
    phase: Bound
`

// writeManifests writes so many ConfigMaps of some 2 kB each.
func writeManifests(t *testing.T, name string, from, count int) {
	t.Helper()
	value := strings.Repeat("x", 1900)
	writeFile(t, name, func(w io.StringWriter) {
		for i := from; i < from+count; i++ {
			_, _ = w.WriteString(fmt.Sprintf("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-%d\n  namespace: shop\ndata:\n  value: %s\n", i, value))
		}
	})
}

// writeFile writes piece by piece: the memory of this process counts as that of
// the ones it starts.
func writeFile(t *testing.T, name string, write func(io.StringWriter)) {
	t.Helper()
	f, err := os.Create(name)
	require.NoError(t, err)
	defer f.Close()
	w := bufio.NewWriter(f)
	write(w)
	require.NoError(t, w.Flush())
}

// forgetMemory lets what this process has used up to now count as little as
// possible: Linux counts the memory of the process that starts one as that
// process's own, up to its exec.
func forgetMemory() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // elsewhere there is nothing to be done
}

// requireMemory: a process that has ended needed no more than so many bytes.
func requireMemory(t *testing.T, kuniq *started, most int64) {
	t.Helper()
	usage, ok := kuniq.ProcessState.SysUsage().(*syscall.Rusage)
	require.True(t, ok)
	used := int64(usage.Maxrss) // bytes on Darwin, and kilobytes elsewhere
	if runtime.GOOS != "darwin" {
		used <<= 10
	}
	t.Logf("%d MiB", used>>20)
	assert.Less(t, used, most)
}
