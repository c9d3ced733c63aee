package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The files that init writes for the project's own examples make the gate end as init
// has said. A gate that finds something is one of the collisions that no baseline takes.
func TestInitOnExamples(t *testing.T) {
	examples, err := filepath.Abs("../../../../../examples")
	require.NoError(t, err)
	for _, tt := range []struct {
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
	} {
		t.Run(tt.dir, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(examples, tt.dir))))
			t.Chdir(dir)
			proposed := run(t, "", "init", "--write")
			assert.Equal(t, tt.code, proposed.code, "%s", proposed.stdout)
			checked := run(t, "", "check", ".")
			if checked.code == exitClean && tt.code != exitClean { // the names of deployers fail it
				checked = run(t, "", "argocd", "check", "--no-render", ".")
			}
			assert.Equal(t, tt.code, checked.code, "%s", checked.stdout)
		})
	}
}
