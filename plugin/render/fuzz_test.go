package render

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// FuzzKustomization: a stranger's kustomization is looked at in kuniq's own
// process. Whatever it says, it ends in a job or in a reason, and no file
// outside of the tree is asked for.
func FuzzKustomization(f *testing.F) {
	f.Add("resources: [a.yaml, ../b]\nPATCHES: [{path: a.yaml}]")
	f.Add("kind: Component\nconfigMapGenerator: [{files: [k=a.yaml], envs: [x], env: y}]")
	f.Add("transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  path: ../../x\n- a.yaml")
	f.Add("helmCharts: [{name: x}]\nopenapi: {path: a.yaml}\nreplacements: [{path: a.yaml}]")
	f.Add("patchesStrategicMerge: [a.yaml, '{x: y}']\npatchesJson6902: [{path: ../a.yaml}]\nbases: [https://a]")
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{
			"k/kustomization.yaml": &fstest.MapFile{Data: []byte(text), Mode: 0o644},
			"k/a.yaml":             &fstest.MapFile{Data: []byte(text), Mode: 0o644},
			"b/kustomization.yaml": &fstest.MapFile{Data: []byte("resources: [../k/a.yaml]"), Mode: 0o644},
		}
		p := find(fsys, ".")
		for _, root := range p.Targets {
			job, reason := newJob(p, Target{Target: root})
			require.NotEqual(t, reason == "", len(job.Files) == 0)
			for name := range job.Files {
				require.True(t, fs.ValidPath(name))
			}
		}
	})
}
