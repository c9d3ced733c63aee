package restore

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/split"
)

var update = flag.Bool("update", false, "write the golden directories")

// TestGolden compares the files with testdata: for a cluster that is
// empty, and for one that has the volumes, released.
func TestGolden(t *testing.T) {
	released := `{"apiVersion": "v1", "kind": "PersistentVolume",
 "metadata": {"name": "pvc-0a11", "uid": "11111111-0000-0000-0000-000000000001", "annotations": {"pv.kubernetes.io/bound-by-controller": "yes"}},
 "spec": {"csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-0a11"}, "persistentVolumeReclaimPolicy": "Delete", "capacity": {"storage": "100Gi"},
  "claimRef": {"namespace": "iox", "name": "data-ingester-0", "uid": "22222222-0000-0000-0000-000000000001", "resourceVersion": "4700"}},
 "status": {"phase": "Released"}}`
	for name, o := range map[string]Options{
		"gone":     {Present: &Dump{}},
		"released": {Present: dump(t, released)},
	} {
		t.Run(name, func(t *testing.T) {
			r := volumes(dump(t, dumpFile(t, "dump.yaml")), o)
			require.Zero(t, r.Refusals(), "%v", r.Findings)
			got := map[string]string{}
			for _, f := range r.Files {
				got[f.Name] = string(f.Bytes())
			}
			dir := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.RemoveAll(dir))
				for file, text := range got {
					full := filepath.Join(dir, file)
					require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
					require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
				}
			}
			assert.Equal(t, filesBelow(t, dir), got)
		})
	}
}

func filesBelow(t *testing.T, dir string) map[string]string {
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(data)
		return err
	}))
	return out
}

// TestPlanIsWritten: package split takes the plan, and a second one that has
// less to do removes what is done.
func TestPlanIsWritten(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	o := split.WriteOptions{Extension: ".md", Prune: true}
	r := volumes(dump(t, pv()+pvc()), Options{Present: &Dump{}})
	_, err = r.Plan().Write(t.Context(), root, o)
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(dir, volumeFile))
	assert.FileExists(t, filepath.Join(dir, claimFile))
	assert.FileExists(t, filepath.Join(dir, "RESTORE.md"))

	bound := dump(t, pv("spec.claimRef.uid=new", "spec.persistentVolumeReclaimPolicy=Retain")+pvc("metadata.uid=new"))
	r = volumes(dump(t, pv()+pvc()), Options{Present: bound})
	assert.Equal(t, []string{"RESTORE.md"}, names(r))
	assert.Equal(t, Bound, r.Bindings[0].State)
	_, err = r.Plan().Write(t.Context(), root, o)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(dir, volumeFile))
}
