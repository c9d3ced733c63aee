package restore

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/split"
)

// FuzzVolumes: whatever the two dumps are, nothing panics, every volume that is
// written is kept, has no uid in its claimRef and the source and node affinity
// that it had, claims name their volumes, patches touch the policy and the
// claimRef alone, no file is outside of its phase, and what is written is free
// of duplicates.
func FuzzVolumes(f *testing.F) {
	seed, err := os.ReadFile("testdata/dump.yaml")
	require.NoError(f, err)
	f.Add(string(seed), "", false)
	f.Add(pv()+pvc(), pv("status.phase=Released"), false)
	f.Add(pv("status.phase=Released"), pv("spec.claimRef="), true)
	f.Add("a: &a {uid: x}\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv-1}\nspec: {claimRef: &c {name: data, namespace: shop, uid: u}, nfs: {<<: *c, server: s, path: /}, capacity: {storage: 10Gi}, storageClassName: fast}\n---\n"+pvc("metadata.uid=u"), pvc("metadata.uid=o"), false)
	f.Add(strings.ReplaceAll(pv()+pvc(), `"pv-1"`, `"../../x"`), "", false)
	f.Fuzz(func(t *testing.T, before, now string, makeClaims bool) {
		lost, present := &Dump{}, &Dump{}
		lost.Add("before.yaml", []byte(before))
		present.Add("now.yaml", []byte(now))
		holds(t, lost, volumes(lost, Options{Present: present, MakeClaims: makeClaims, Partial: true}))
	})
}

// TestHostileFields: the same for every field that decides, with every type of
// value.
func TestHostileFields(t *testing.T) {
	volume := []string{
		"metadata", "metadata.name", "metadata.uid", "metadata.annotations", "metadata.finalizers", "metadata.labels", "metadata.deletionTimestamp",
		"spec", "spec.claimRef", "spec.claimRef.uid", "spec.claimRef.name", "spec.claimRef.namespace", "spec.claimRef.kind", "spec.claimRef.resourceVersion",
		"spec.csi", "spec.csi.driver", "spec.csi.volumeHandle", "spec.csi.volumeAttributes", "spec.nodeAffinity", "spec.nodeAffinity.required.nodeSelectorTerms",
		"spec.capacity", "spec.capacity.storage", "spec.accessModes", "spec.volumeMode", "spec.persistentVolumeReclaimPolicy", "spec.storageClassName",
		"status", "status.phase", "spec.nfs", "spec.local", "spec.volumeName", "spec.resources", "spec.resources.requests.storage",
	}
	values := []string{
		"", "x", `#""`, "#null", "#1", "#1.5", "#123456789012345678901234567890", "#true", "[]", "{}", `["a",1,null,{}]`, `{"a":{"b":[]},"yes":"on"}`,
		"../../../etc/passwd", "a\nb", "\x1b[2J", "::error::x", "$(reboot)", "`id`", "| a |", "1e999999999", "ünï", strings.Repeat("x", 300),
	}
	for _, field := range volume {
		for _, to := range values {
			change := field + "=" + to
			for _, texts := range [][2]string{
				{pv(change) + pvc(), ""}, {pv() + pvc(change), ""}, {pv() + pvc(), pv(change, "status.phase=Released")}, {pv() + pvc(), pv() + pvc(change)},
			} {
				lost, present := &Dump{}, &Dump{}
				lost.Add("before.yaml", []byte(texts[0]))
				present.Add("now.yaml", []byte(texts[1]))
				holds(t, lost, volumes(lost, Options{Present: present, MakeClaims: true, Partial: true}))
			}
		}
	}
}

func holds(t *testing.T, lost *Dump, r Restoration) {
	t.Helper()
	var c dupcheck.Checker
	for _, file := range r.Files {
		phase, _, _ := strings.Cut(file.Name, "/")
		require.True(t, fs.ValidPath(file.Name), file.Name)
		switch phase {
		case volumePhase:
			holdsVolume(t, lost, file)
		case claimPhase:
			v := value(t, string(file.Bytes()))
			assert.Nil(t, look(v, "metadata", "uid"))
			assert.Nil(t, look(v, "metadata", "ownerReferences"))
			assert.NotEmpty(t, look(v, "spec", "volumeName"))
		case retainPhase, releasePhase:
			holdsPatch(t, string(file.Bytes()))
			continue
		case namespacePhase:
		case documentName:
			holdsText(t, string(file.Bytes()))
			continue
		default:
			t.Fatalf("%s", file.Name)
		}
		for o, err := range manifest.Parse(file.Name, file.Bytes()) {
			require.NoError(t, err)
			c.Add(o)
		}
	}
	assert.Zero(t, c.Report().Count(dupcheck.Error))
	for _, found := range r.Findings {
		assert.NotContains(t, found.Message, "\n")
		assert.NotContains(t, found.Message, "\x1b")
	}
}

func holdsVolume(t *testing.T, lost *Dump, file split.File) {
	v := value(t, string(file.Bytes()))
	assert.Equal(t, "Retain", look(v, "spec", "persistentVolumeReclaimPolicy"))
	ref, ok := look(v, "spec", "claimRef").(map[string]any)
	require.True(t, ok)
	assert.NotContains(t, ref, "uid")
	assert.NotContains(t, ref, "resourceVersion")
	assert.NotEmpty(t, ref["name"])
	assert.NotEmpty(t, ref["namespace"])
	assert.NotContains(t, v, "status")
	old := lost.objects[file.ID]
	require.NotNil(t, old)
	for _, s := range facts().sources {
		assert.Equal(t, sum(t, look(old.value, "spec", s.name)), sum(t, look(v, "spec", s.name)), s.name)
	}
	for _, field := range []string{"nodeAffinity", "capacity", "accessModes", "volumeMode", "storageClassName", "mountOptions"} {
		assert.Equal(t, sum(t, look(old.value, "spec", field)), sum(t, look(v, "spec", field)), field)
	}
}

func sum(t *testing.T, v any) string {
	s, err := digest(&object{}, map[string]any{"v": v})
	require.NoError(t, err)
	return s
}

func holdsPatch(t *testing.T, text string) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, `"op":"test"`) || line == "[\n" || line == "]\n" {
			continue
		}
		assert.True(t, strings.Contains(line, `"`+policyPath+`","value":"Retain"`) || strings.Contains(line, `"remove","path":"`+claimRefPath+`/uid"`) ||
			strings.Contains(line, `"remove","path":"`+claimRefPath+`/resourceVersion"`) || strings.Contains(line, `"remove","path":"`+boundByPath) ||
			strings.Contains(line, `"add","path":"`+claimRefPath+`"`), line)
	}
}

// holdsText: no line of RESTORE.md is a command that we did not write.
func holdsText(t *testing.T, text string) {
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "kubectl patch pv "):
			assert.Regexp(t, `^kubectl patch pv [-a-z0-9.]+ --type=json --patch-file [12]-[a-z]+/[-A-Za-z0-9._~]+\.json\n$`, line)
		case strings.HasPrefix(line, "::"), strings.HasPrefix(line, "\x1b"):
			t.Errorf("%q", line)
		}
	}
}
