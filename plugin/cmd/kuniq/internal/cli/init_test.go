package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// initExamples are the project's own examples, with the exit code of init and of the gate
// that it proposes. A gate that finds something is one of the collisions that no baseline
// takes.
var initExamples = []struct {
	dir  string
	code int
}{
	{"argocd/base", exitClean},
	{"argocd/head", exitFindings},
	{"gitops/repository", exitClean},
	{"gitops/collisions/alias", exitClean},
	{"gitops/collisions/copy", exitFindings},
	{"gitops/collisions/crd", exitClean},
	{"gitops/collisions/project", exitFindings},
	{"gitops/collisions/roots", exitClean},
	{"gitops/collisions/scope", exitClean},
	{"gitops/collisions/shadow", exitClean},
	{"gitops/collisions/versions", exitClean},
	{"incident/base", exitClean},
	{"incident/head", exitFindings},
	{"kustomize", exitClean},
	{"migrate/before", exitClean},
}

// TestInitOnExamples: the files that init writes make the gate end as init has said.
func TestInitOnExamples(t *testing.T) {
	for _, tt := range initExamples[:3] {
		initOn(t, tt.dir, tt.code)
	}
}

func TestLongInitOnExamples(t *testing.T) {
	assertion.Long(t)
	for _, tt := range initExamples[3:] {
		initOn(t, tt.dir, tt.code)
	}
}

func initOn(t *testing.T, example string, code int) {
	t.Helper()
	examples, err := filepath.Abs("../../../../../examples")
	require.NoError(t, err)
	t.Run(example, func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(examples, example))))
		t.Chdir(dir)
		proposed := run(t, "", "init", "--write")
		assert.Equal(t, code, proposed.code, "%s", proposed.stdout)
		checked := run(t, "", "check", ".")
		if checked.code == exitClean && code != exitClean { // the names of deployers fail it
			checked = run(t, "", "argocd", "check", "--no-render", ".")
		}
		assert.Equal(t, code, checked.code, "%s", checked.stdout)
	})
}
