package main

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const rolloutClaim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: default}
spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Mi}}}
`

// TestRollOut: the three commands of docs/admission.md, each of which replaces the one
// before, and the command by which a guard is switched off.
func TestRollOut(t *testing.T) {
	g := newGuarded(t, Config{})
	remove := func(args ...string) Outcome {
		name := fmt.Sprint("data-", time.Now().UnixNano())
		g.must(t, strings.ReplaceAll(rolloutClaim, "NAME", name), "apply", "-f", "-")
		out, err := g.Kubectl(t.Context(), "", append([]string{"delete", "pvc", name, "-n", "default", "--wait=false"}, args...)...)
		require.NoError(t, err)
		return out
	}
	commands := regexp.MustCompile(`(?m)^kuniq guard policy.*\| kubectl apply -f -$`).FindAllString(page(t, "admission.md"), 3)
	require.Len(t, commands, 3)
	d := &drill{plane: g.Plane, kuniq: g.kuniq}

	audited := regexp.MustCompile(`.*validation\.policy\.admission\.k8s\.io/validation_failure.*`)
	var line string
	d.shell(t, t.TempDir(), commands[0])
	g.until(t, func() bool {
		out := remove()
		assert.Zero(t, out.Code)
		assert.Empty(t, out.Stderr)
		log, err := os.ReadFile(auditLog(g.dir))
		require.NoError(t, err)
		line = audited.FindString(string(log))
		return line != ""
	})
	for _, want := range []string{"may hold data", `\"policy\":\"kuniq-no-delete-claim\"`, `\"binding\":\"kuniq-no-delete-claim\"`} {
		assert.Contains(t, line, want)
	}

	d.shell(t, t.TempDir(), commands[1])
	g.until(t, func() bool {
		out := remove()
		assert.Zero(t, out.Code)
		return strings.Contains(out.Stderr, "Warning: Validation failed for ValidatingAdmissionPolicy 'kuniq-no-delete-claim'") && strings.Contains(out.Stderr, "may hold data")
	})

	d.shell(t, t.TempDir(), commands[2])
	g.until(t, func() bool { out := remove(); return out.Code == 1 && strings.Contains(out.Stderr, "may hold data") })
	g.must(t, "", "label", "namespace", "default", "kuniq.dev/delete-protection=off")
	g.until(t, func() bool { return remove().Code == 0 })
	g.must(t, "", "label", "namespace", "default", "kuniq.dev/delete-protection-")
	g.until(t, func() bool { return remove().Code == 1 })

	about := g.must(t, "", "get", "validatingadmissionpolicy", "kuniq-no-delete-claim", "-o", `jsonpath={.metadata.annotations.kubernetes\.io/description}`)
	_, off, found := strings.Cut(about, "Switch the guard off: ")
	require.True(t, found, about)
	d.shell(t, t.TempDir(), off)
	g.until(t, func() bool { return remove().Code == 0 })
}

// requests of the cost of a guard.
const requests, block = 500, 100

// A costly request is one of those whose time is taken.
type costly struct{ name, path, body string }

// TestCost takes the time of requests with all guards and without, in blocks that
// alternate, so that both meet the same machine. It prints a table, and fails only if
// a guard costs more than the request.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some minutes")
	}
	g := newGuarded(t, Config{})
	g.guard(t)
	bindings := g.must(t, "", "get", "validatingadmissionpolicybindings", "-o", "yaml")
	g.must(t, costObjects, "apply", "-f", "-")
	const application = "/apis/argoproj.io/v1alpha1/namespaces/default/applications/shop"
	all := []costly{
		{"PATCH ConfigMap with all owners set", "/api/v1/namespaces/default/configmaps/c", `{"data":{"n":"%d"}}`},
		{"PATCH Lease (excluded)", "/apis/coordination.k8s.io/v1/namespaces/default/leases/l", `{"spec":{"holderIdentity":"%d"}}`},
		{"PATCH status of an Application", application, `{"status":{"health":{"message":"%d"}}}`},
		{"PATCH spec of an Application", application, `{"spec":{"source":{"targetRevision":"v%d"}}}`},
	}
	took := map[string][]time.Duration{}
	for n := range requests / block {
		for _, with := range []bool{true, false} {
			if with && n > 0 {
				g.must(t, bindings, "create", "-f", "-")
			} else if !with {
				g.must(t, "", "delete", "validatingadmissionpolicybindings", "-l", "kuniq.dev/guard")
			}
			g.until(t, func() bool { return g.refusesClass(t) == with })
			for _, c := range all {
				key := fmt.Sprint(c.name, with)
				took[key] = append(took[key], g.time(t, c, n)...)
			}
		}
	}
	for _, c := range all {
		with, without := took[c.name+"true"], took[c.name+"false"]
		require.Len(t, with, requests)
		require.Len(t, without, requests)
		ratio := float64(percentile(with, 50)) / float64(percentile(without, 50))
		t.Logf("%-36s without %v / %v, with %v / %v (p50 / p95), ratio of p50 %.2f", c.name,
			percentile(without, 50), percentile(without, 95), percentile(with, 50), percentile(with, 95), ratio)
		assert.Less(t, ratio, 2.0, c.name)
	}
}

const costObjects = `apiVersion: v1
kind: ConfigMap
metadata:
  name: c
  namespace: default
  annotations: {argocd.argoproj.io/tracking-id: "app1:/ConfigMap:default/c", meta.helm.sh/release-name: one, meta.helm.sh/release-namespace: a}
  labels: {app.kubernetes.io/instance: app1, kustomize.toolkit.fluxcd.io/name: one, kustomize.toolkit.fluxcd.io/namespace: flux-system}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: l, namespace: default}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: default}
spec: {project: default, source: {repoURL: https://git.example.com/r.git, path: a}, destination: {name: a}}
`

// time takes the time of a block of requests.
func (g *guarded) time(t *testing.T, c costly, n int) (took []time.Duration) {
	t.Helper()
	for i := range block {
		begin := time.Now()
		answer, err := g.Do(t.Context(), http.MethodPatch, c.path, "application/merge-patch+json", fmt.Appendf(nil, c.body, begin.UnixNano()))
		took = append(took, time.Since(begin))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.Status, "%d %d %s", n, i, answer.Body)
	}
	return took
}

func percentile(took []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[len(sorted)*p/100].Round(10 * time.Microsecond)
}
