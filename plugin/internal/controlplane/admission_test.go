package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scripts are the names of all scripts.
func scripts(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "admission", "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}
	return names
}

var check = regexp.MustCompile(`(?m)^(kubectl|refused|eventually|gone|same-uid|! exec) `)

// TestAdmission: each guard refuses what it is against, with its message, lets all
// else pass, and lets pass what was acknowledged as the message says.
func TestAdmission(t *testing.T) {
	g := newGuarded(t, Config{Emulated: os.Getenv("KUNIQ_EMULATED")})
	g.guard(t)
	t.Run("types", func(t *testing.T) { g.testTypes(t) })
	g.run(t)
}

// TestAdmissionEmulated: the same on the oldest release as which the server behaves.
func TestAdmissionEmulated(t *testing.T) {
	g := newGuarded(t, Config{Emulated: "1.34"})
	g.guard(t)
	g.testTypes(t)
	if testing.Short() {
		t.Skip("only the types of the expressions")
	}
	g.run(t)
}

// run runs all scripts. Nothing of "normal" may be refused, by no guard at all.
func (g *guarded) run(t *testing.T) {
	before := g.enforced(t)
	t.Run("normal", func(t *testing.T) { g.script(scriptT{t}, "normal") })
	assert.Equal(t, before, g.enforced(t), "no guard has refused anything, and no expression has failed")
	checks := 0
	for _, name := range scripts(t) {
		text, err := os.ReadFile(filepath.Join("testdata", "admission", name+".txtar"))
		require.NoError(t, err)
		checks += len(check.FindAll(text, -1))
		if name != "normal" {
			t.Run(name, func(t *testing.T) { g.script(scriptT{t}, name) })
		}
	}
	assert.NotEqual(t, before, g.enforced(t), "the counters count")
	t.Log(checks, "checks")
	assert.Greater(t, checks, 300)
}

// scriptT is a test that runs scripts.
type scriptT struct{ *testing.T }

// Run runs a part of a script in the test itself.
func (t scriptT) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { f(scriptT{t}) })
}

// Parallel does nothing: scripts that wait for controllers are slow enough.
func (t scriptT) Parallel() {}

// Verbose says whether all of a script is printed.
func (t scriptT) Verbose() bool { return testing.Verbose() }

var enforced = regexp.MustCompile(`(?m)^apiserver_validating_admission_policy_check_total\{(.*)\} (\d+)$`)

// enforced are the counters of the server about requests that policies of ours have
// refused or warned about, or on which an expression has failed.
func (g *guarded) enforced(t *testing.T) map[string]string {
	t.Helper()
	answer, err := g.Do(t.Context(), http.MethodGet, "/metrics", "", nil)
	require.NoError(t, err)
	out := map[string]string{}
	for _, m := range enforced.FindAllStringSubmatch(string(answer.Body), -1) {
		if !strings.Contains(m[1], `enforcement_action="allow",error_type="no_error"`) {
			out[m[1]] = m[2]
		}
	}
	return out
}

// testTypes waits until the controller has checked the types of all policies, and
// has found nothing to warn about.
func (g *guarded) testTypes(t *testing.T) {
	t.Helper()
	const policies = 15
	type policy struct {
		Metadata struct {
			Name       string
			Generation int
		}
		Status struct {
			ObservedGeneration int
			TypeChecking       struct {
				ExpressionWarnings []struct{ FieldRef, Warning string }
			}
		}
	}
	var list struct{ Items []policy }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, until(ctx, func() (bool, error) {
		list.Items = nil
		err := g.get(ctx, "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", &list)
		for _, p := range list.Items {
			if p.Status.ObservedGeneration != p.Metadata.Generation {
				return false, err
			}
		}
		return len(list.Items) == policies, err
	}), "%d policies", len(list.Items))
	for _, p := range list.Items {
		assert.Empty(t, p.Status.TypeChecking.ExpressionWarnings, p.Metadata.Name)
	}
}
