package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A drill is a cluster with three StatefulSets and twenty claims, each bound to
// a volume of its own, and a dump of it. Then comes the incident.
type drill struct {
	plane *Plane
	kuniq string // the command
	dir   string // holds the dumps, and what kuniq writes
	disks string // holds the directories that are the disks of half of the volumes
	bound map[string]string
}

const claims = 20

// newDrill starts a control plane and brings it to the moment before the
// incident. policy is the reclaim policy of the volumes.
func newDrill(t *testing.T, policy string) *drill {
	t.Helper()
	live(t)
	t.Parallel() // most of a drill is waiting
	p, err := Start(t.Context(), plane.Programs, Config{})
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	d := &drill{plane: p, kuniq: kuniqCommand(t), dir: t.TempDir()}
	// The controller deletes the disk of a hostPath volume only below /tmp.
	d.disks, err = os.MkdirTemp("/tmp", "kuniq-disks-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(d.disks)) })

	d.apply(t, "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: disk}\nprovisioner: disk.example.com\nreclaimPolicy: Retain\n")
	d.apply(t, d.volumes(t, "old", policy))
	d.apply(t, workloads())
	d.bound = d.wait(t, "all claims to be bound", func(s state) bool { return s.claims["Bound"] == claims }).disks
	require.Len(t, d.bound, claims)
	d.dump(t, "before.yaml")
	return d
}

// kuniqCommand builds the command.
func kuniqCommand(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kuniq")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-C", filepath.Join("..", "..", ".."), "-o", name, "./plugin/cmd/kuniq")
	cmd.Env = append(os.Environ(), "GOWORK=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return name
}

// volumes are one for every claim.
func (d *drill) volumes(t *testing.T, generation, policy string) string {
	t.Helper()
	var all []string
	for n := range claims {
		all = append(all, d.volume(t, generation, n, policy))
	}
	return strings.Join(all, "---\n")
}

// volume is the n-th volume of a generation: a directory of this machine, or a
// disk of a CSI driver that is not installed.
func (d *drill) volume(t *testing.T, generation string, n int, policy string) string {
	t.Helper()
	name := fmt.Sprintf("%s-%d", generation, n)
	source := "csi: {driver: disk.example.com, volumeHandle: " + name + "}"
	if n%2 == 0 {
		disk := filepath.Join(d.disks, name)
		require.NoError(t, os.Mkdir(disk, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(disk, "data"), []byte("of the team\n"), 0o600))
		source = "hostPath: {path: " + disk + "}"
	}
	return `apiVersion: v1
kind: PersistentVolume
metadata:
  name: ` + name + `
  annotations: {` + provisionedBy(n) + `}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: disk
  persistentVolumeReclaimPolicy: ` + policy + `
  ` + source + "\n"
}

// provisionedBy has the controller leave the deletion of a disk to the driver.
func provisionedBy(n int) string {
	if n%2 == 0 {
		return ""
	}
	return "pv.kubernetes.io/provisioned-by: disk.example.com"
}

// workloads are what git has: the namespace and the StatefulSets.
func workloads() string {
	out := "apiVersion: v1\nkind: Namespace\nmetadata: {name: iox}\n"
	for name, replicas := range map[string]int{"ingester": 8, "catalog": 7, "broker": claims - 8 - 7} {
		out += fmt.Sprintf(`---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: %[1]s, namespace: iox}
spec:
  replicas: %[2]d
  serviceName: %[1]s
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec: {containers: [{name: a, image: a}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      storageClassName: disk
      resources: {requests: {storage: 1Gi}}
`, name, replicas)
	}
	return out
}

func (d *drill) apply(t *testing.T, yaml string) {
	t.Helper()
	out, err := d.plane.Kubectl(t.Context(), yaml, "apply", "-f", "-")
	require.NoError(t, err)
	require.Zero(t, out.Code, out.Stderr)
}

// dump takes the dump that the documents tell people to take.
func (d *drill) dump(t *testing.T, name string) {
	t.Helper()
	d.shell(t, d.dir, "kubectl get pv,pvc,sc,ns -A -o yaml > "+name)
}

// makeDelete gives the volumes of the dump the policy Delete, which volumes have
// that were provisioned.
func (d *drill) makeDelete(t *testing.T) {
	t.Helper()
	name := filepath.Join(d.dir, "before.yaml")
	dump, err := os.ReadFile(name)
	require.NoError(t, err)
	const policy = "persistentVolumeReclaimPolicy: "
	require.Equal(t, claims, bytes.Count(dump, []byte(policy+"Retain\n")))
	dump = bytes.ReplaceAll(dump, []byte(policy+"Retain\n"), []byte(policy+"Delete\n"))
	require.NoError(t, os.WriteFile(name, dump, 0o600))
}

// shell runs commands as a person would, and stops at the first that fails.
func (d *drill) shell(t *testing.T, dir, commands string) string {
	t.Helper()
	out := d.run(t, dir, "sh", "-euc", commands)
	require.Zero(t, out.Code, "%s\n%s%s", commands, out.Stdout, out.Stderr)
	return out.Stdout + out.Stderr
}

// run runs a program that finds kuniq, kubectl and the cluster.
func (d *drill) run(t *testing.T, dir, program string, args ...string) Outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	path := d.plane.Programs.Dir + string(os.PathListSeparator) + filepath.Dir(d.kuniq) + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+d.plane.Kubeconfig, "HOME="+d.plane.dir, "PATH="+path)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	require.True(t, err == nil || errors.As(err, &exit), "%s: %v", program, err)
	return Outcome{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}

// A state is what the server says about volumes and claims.
type state struct {
	volumes, claims map[string]int // by phase
	disks           map[string]string
	namespace       bool
}

// A volumeObject and a claimObject are as much of them as a drill looks at.
type volumeObject struct {
	Metadata struct{ Name string }
	Spec     struct {
		HostPath struct{ Path string }
		CSI      struct{ VolumeHandle string }
	}
	Status struct{ Phase string }
}

func (v volumeObject) disk() string { return v.Spec.HostPath.Path + v.Spec.CSI.VolumeHandle }

type claimObject struct {
	Metadata struct{ Namespace, Name string }
	Spec     struct{ VolumeName string }
	Status   struct{ Phase string }
}

func (d *drill) state(ctx context.Context) (state, error) {
	s := state{volumes: map[string]int{}, claims: map[string]int{}, disks: map[string]string{}}
	var volumes struct{ Items []volumeObject }
	var claims struct{ Items []claimObject }
	err := errors.Join(d.plane.get(ctx, volumesPath, &volumes), d.plane.get(ctx, "/api/v1/persistentvolumeclaims", &claims))
	disks := map[string]string{}
	for _, v := range volumes.Items {
		s.volumes[v.Status.Phase]++
		disks[v.Metadata.Name] = v.disk()
	}
	for _, c := range claims.Items {
		s.claims[c.Status.Phase]++
		if c.Status.Phase == "Bound" {
			s.disks[c.Metadata.Namespace+"/"+c.Metadata.Name] = disks[c.Spec.VolumeName]
		}
	}
	answer, noAnswer := d.plane.Do(ctx, http.MethodGet, "/api/v1/namespaces/iox", "", nil)
	s.namespace = answer.Status == http.StatusOK
	return s, errors.Join(err, noAnswer)
}

const volumesPath = "/api/v1/persistentvolumes"

// wait waits until the cluster is in a state.
func (d *drill) wait(t *testing.T, what string, is func(state) bool) state {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var last state
	err := until(ctx, func() (bool, error) {
		s, err := d.state(ctx)
		if err == nil {
			last = s
		}
		return err == nil && is(s), err
	})
	require.NoError(t, err, "waiting for %s: %+v", what, last)
	return last
}

// incident deletes the namespace, and waits until it is gone.
func (d *drill) incident(t *testing.T) {
	t.Helper()
	d.shell(t, d.dir, "kubectl delete namespace iox --wait=false")
	d.wait(t, "the namespace to go", func(s state) bool { return !s.namespace && len(s.claims) == 0 && s.volumes["Bound"] == 0 })
}
