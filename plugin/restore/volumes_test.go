package restore

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVolumes: what is refused, what is warned of, and what becomes of the pair
// shop/data and pv-1. The cluster is empty where present is "".
func TestVolumes(t *testing.T) {
	for _, tt := range []struct {
		name          string
		dump, present string
		makeClaims    bool
		rules         string // with "!" where it refuses
		state         State  // of shop/data, or "" if it is no binding
	}{
		{name: "a pair", dump: pv() + pvc(), state: Gone},
		{name: "the claim's volume is missing", dump: pvc(), rules: "claim-without-volume!"},
		{name: "the volume's claim is missing", dump: pv(), rules: "volume-without-claim!"},
		{name: "the claim is made", dump: pv(), makeClaims: true, rules: "made-claim", state: Gone},
		{name: "a released volume", dump: pv("status.phase=Released"), rules: "left-out"},
		{name: "a released volume, made", dump: pv("status.phase=Released"), makeClaims: true, rules: "made-claim", state: Gone},
		{
			name: "two released volumes of one claim", makeClaims: true, rules: "several-volumes!",
			dump: pv("status.phase=Released") + pv("metadata.name=pv-2", "spec.csi.volumeHandle=vol-2", "status.phase=Released"),
		},
		{name: "the volume belongs to another claim", dump: pv("spec.claimRef.name=other") + pvc(), rules: "misbound! volume-without-claim!"},
		{name: "the volume belonged to an earlier claim", dump: pv("spec.claimRef.uid=old") + pvc(), rules: "misbound!"},
		{name: "a claim that was never bound", dump: pvc("spec.volumeName=", "status.phase=Pending"), rules: "never-bound"},
		{name: "bound to nothing", dump: pvc("spec.volumeName="), rules: "claim-without-volume!"},
		{name: "a manifest from git and the volume", dump: pv() + pvc("spec.volumeName=", "metadata.uid=", "status="), state: Gone},
		{name: "being bound", dump: pv("status.phase=Available", "spec.claimRef.uid=") + pvc("spec.volumeName=", "status.phase=Pending"), state: Gone},
		{
			name: "two volumes of one claim", rules: "several-volumes! volume-without-claim!",
			dump: pv("metadata.name=pv-2", "spec.csi.volumeHandle=vol-2", "spec.claimRef.name=b") + pv() + pvc("spec.volumeName=") +
				pv("metadata.name=pv-3", "spec.csi.volumeHandle=vol-3"),
		},
		{name: "a volume without a claimRef", dump: pv("spec.claimRef=") + pvc(), state: Gone},
		{
			name: "one volume for two claims", rules: "misbound! misbound!",
			dump: pv("spec.claimRef=") + pvc() + pvc("metadata.name=b", "metadata.uid=c2"),
		},
		{name: "an unclaimed volume", dump: pv() + pvc() + pv("metadata.name=pv-2", "spec.claimRef=", "spec.csi.volumeHandle=vol-2"), rules: "left-out", state: Gone},

		{
			name: "one disk, two volumes", rules: "shared-disk! shared-disk!", state: Refused,
			dump: pv() + pvc() + pv("metadata.name=pv-2", "spec.claimRef.name=b", "spec.claimRef.uid=c2") + pvc("metadata.name=b", "metadata.uid=c2", "spec.volumeName=pv-2"),
		},
		{
			name: "one disk, in tree and migrated", rules: "shared-disk! shared-disk!", state: Refused,
			dump: pv() + pvc() + pv("metadata.name=pv-2", "spec.claimRef.name=b", "spec.claimRef.uid=c2", "spec.csi=", `spec.awsElasticBlockStore={"volumeID":"aws://eu-1a/vol-1"}`) +
				pvc("metadata.name=b", "metadata.uid=c2", "spec.volumeName=pv-2"),
		},
		{
			name: "one handle, two drivers", rules: "shared-disk shared-disk", state: Gone,
			dump: pv() + pvc() + pv("metadata.name=pv-2", "spec.claimRef.name=b", "spec.claimRef.uid=c2", "spec.csi.driver=x.example.com") +
				pvc("metadata.name=b", "metadata.uid=c2", "spec.volumeName=pv-2"),
		},
		{
			name: "one export for many", rules: "shared-disk shared-disk", state: Gone,
			dump: pv(`spec.accessModes=["ReadWriteMany"]`) + pvc(`spec.accessModes=["ReadWriteMany"]`) +
				pv(`spec.accessModes=["ReadWriteMany"]`, "metadata.name=pv-2", "spec.claimRef.name=b", "spec.claimRef.uid=c2") +
				pvc(`spec.accessModes=["ReadWriteMany"]`, "metadata.name=b", "metadata.uid=c2", "spec.volumeName=pv-2"),
		},
		{
			name: "the disk of a volume that would take it along", rules: "shared-disk!", state: Refused,
			dump: pv() + pvc(), present: pv("metadata.name=pv-2", "spec.claimRef="),
		},
		{
			name: "the disk of a volume that is kept", rules: "shared-disk", state: Gone,
			dump: pv() + pvc(), present: pv("metadata.name=pv-2", "spec.claimRef=", "spec.persistentVolumeReclaimPolicy=Retain"),
		},
		{
			name: "the disk of a volume that is gone, too", rules: "left-out", state: Gone,
			dump: pv() + pvc() + pv("metadata.name=pv-2", "spec.claimRef="),
		},
		{
			name: "two nodes, one path", state: Gone, rules: "one-node one-node",
			dump: pv("spec.csi=", `spec.local={"path":"/d"}`, `spec.nodeAffinity={"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["n1"]}]}]}}`) + pvc() +
				pv("metadata.name=pv-2", "spec.claimRef.name=b", "spec.claimRef.uid=c2", "spec.csi=", `spec.local={"path":"/d"}`, `spec.nodeAffinity={"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["n2"]}]}]}}`) +
				pvc("metadata.name=b", "metadata.uid=c2", "spec.volumeName=pv-2"),
		},

		{name: "a bigger claim", dump: pv() + pvc("spec.resources.requests.storage=10241Mi"), rules: "bigger-claim", state: Gone},
		{name: "a claim as big, otherwise written", dump: pv() + pvc("spec.resources.requests.storage=10240Mi"), state: Gone},
		{name: "a smaller claim", dump: pv() + pvc("spec.resources.requests.storage=10G"), state: Gone},
		{name: "no quantity", dump: pv() + pvc("spec.resources.requests.storage=1e999999999"), rules: "malformed!", state: Refused},
		{name: "another volume mode", dump: pv("spec.volumeMode=Block") + pvc(), rules: "unlike!", state: Refused},
		{name: "the default volume mode", dump: pv("spec.volumeMode=Filesystem") + pvc(), state: Gone},
		{name: "another class", dump: pv("spec.storageClassName=slow") + pvc(), rules: "unlike! no-class", state: Refused},
		{name: "no class", dump: pv("spec.storageClassName=") + pvc("spec.storageClassName="), rules: "no-class", state: Gone},
		{name: "the class of old", dump: pv("spec.storageClassName=", `metadata.annotations={"volume.beta.kubernetes.io/storage-class":"fast"}`) + pvc(), state: Gone},
		{name: "another access mode", dump: pv() + pvc(`spec.accessModes=["ReadWriteMany"]`), rules: "access-modes", state: Gone},
		{name: "the claim was being deleted", dump: pv() + pvc("metadata.deletionTimestamp=2026-01-01T00:00:00Z"), rules: "was-deleting", state: Gone},
		{name: "the volume had failed", dump: pv("status.phase=Failed") + pvc(), rules: "was-failed", state: Gone},

		{name: "claimRef is a list", dump: pv(`spec.claimRef=[]`) + pvc(), rules: "claim-without-volume! malformed!"},
		{name: "uid is a number", dump: pv(`spec.claimRef.uid=#1`) + pvc(), rules: "claim-without-volume! malformed!"},
		{name: "no source", dump: pv(`spec.csi=`) + pvc(), rules: "claim-without-volume! malformed!"},
		{name: "two sources", dump: pv(`spec.nfs={"server":"s","path":"/"}`) + pvc(), rules: "claim-without-volume! malformed!"},
		{name: "no driver", dump: pv(`spec.csi.driver=`) + pvc(), rules: "claim-without-volume! malformed!"},
		{name: "a name for a shell", dump: pv(`metadata.name=$(reboot)`) + pvc("spec.volumeName=$(reboot)"), rules: "claim-without-volume! malformed!"},
		{name: "no namespace", dump: pv() + pvc(`metadata.namespace=`), rules: "malformed! volume-without-claim!"},
		{name: "twice the same", dump: pv() + pvc() + pv(), state: Gone},
		{name: "twice, not the same", dump: pv() + pvc() + pv("metadata.resourceVersion=8"), rules: "ambiguous!", state: Gone},

		{name: "bound", dump: pv() + pvc(), present: pv("spec.persistentVolumeReclaimPolicy=Retain") + pvc(), state: Bound},
		{name: "bound, and not kept", dump: pv() + pvc(), present: pv() + pvc(), state: Bound},
		{name: "bound again", dump: pv() + pvc(), present: pv("metadata.uid=n", "spec.claimRef.uid=n2") + pvc("metadata.uid=n2"), state: Bound},
		{name: "released", dump: pv() + pvc(), present: pv("status.phase=Released"), rules: "delete-released", state: Released},
		{name: "failed", dump: pv() + pvc(), present: pv("status.phase=Failed"), rules: "delete-released", state: Released},
		{name: "released and kept", dump: pv() + pvc(), present: pv("status.phase=Released", "spec.persistentVolumeReclaimPolicy=Retain"), state: Released},
		{name: "reserved", dump: pv() + pvc(), present: pv("status.phase=Available", "spec.claimRef.uid="), state: Reserved},
		{name: "free for all", dump: pv() + pvc(), present: pv("status.phase=Available", "spec.claimRef="), state: Released},
		{name: "bound to a claim that was not asked for", dump: pv() + pvc(), present: pv(), rules: "occupied!", state: Refused},
		{name: "taken by another", dump: pv() + pvc(), present: pv("spec.claimRef.name=thief"), rules: "occupied!", state: Refused},
		{name: "another disk", dump: pv() + pvc(), present: pv("spec.csi.volumeHandle=vol-9"), rules: "occupied!", state: Refused},
		{name: "the volume is being deleted", dump: pv() + pvc(), present: pv("metadata.deletionTimestamp=x"), rules: "being-deleted!", state: Refused},
		{name: "the claim is being deleted", dump: pv() + pvc(), present: pv() + pvc("metadata.deletionTimestamp=x"), rules: "being-deleted!", state: Refused},
		{
			name: "the revert came first", dump: pv() + pvc(), rules: "occupied! delete-released", state: Refused,
			present: pv("status.phase=Released") + pv("metadata.name=pv-new", "metadata.uid=x", "spec.csi.volumeHandle=vol-new", "spec.claimRef.uid=new") + pvc("metadata.uid=new", "spec.volumeName=pv-new"),
		},
		{name: "a claim waits", dump: pv() + pvc(), present: pvc("metadata.uid=new", "spec.volumeName=", "status.phase=Pending"), rules: "occupied!", state: Refused},
		{name: "the claim is lost", dump: pv() + pvc(), present: pvc("status.phase=Lost"), rules: "lost-claim!", state: Refused},
		{name: "not bound yet", dump: pv() + pvc(), present: pv("spec.claimRef.uid=", "status.phase=Available") + pvc("metadata.uid=n", "status.phase=Pending"), rules: "not-yet-bound", state: Waiting},
		{
			name: "restored by hand under another name", dump: pv() + pvc(), rules: "shared-disk!", state: Refused,
			present: pv("metadata.name=by-hand", "spec.claimRef.name=other"),
		},
		{
			name: "the namespace is going", dump: pv() + pvc(), rules: "being-deleted!", state: Refused,
			present: `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"},"status":{"phase":"Terminating"}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := volumes(dump(t, tt.dump+class), Options{Present: dump(t, tt.present), MakeClaims: tt.makeClaims, Partial: true})
			assert.Equal(t, strings.Fields(tt.rules), rules(r), "%v", r.Findings)
			var state State
			for _, b := range r.Bindings {
				if b.Claim == pairID {
					state = b.State
				}
			}
			assert.Equal(t, tt.state, state)
			assert.NotContains(t, strings.Join(names(r), " "), "$")
			if tt.state == Refused {
				assert.NotContains(t, names(r), volumeFile)
				assert.NotContains(t, names(r), claimFile)
			}
			whole := volumes(dump(t, tt.dump+class), Options{Present: dump(t, tt.present), MakeClaims: tt.makeClaims})
			if whole.Refusals() > 0 {
				assert.Empty(t, names(whole), "all or nothing")
			}
		})
	}
}

// TestPatches: the disk is kept first; a volume is released only from the claim
// that it was seen with.
func TestPatches(t *testing.T) {
	const retain, release = "1-retain/v1.PersistentVolume-pv-1.json", "2-release/v1.PersistentVolume-pv-1.json"
	r := volumes(dump(t, pv()+pvc()), Options{Present: dump(t, pv("status.phase=Released"))})
	assert.Equal(t, []string{retain, release, "3-namespaces/v1.Namespace-shop.yaml", claimFile, "RESTORE.md"}, names(r))

	r = volumes(dump(t, pv()+pvc()), Options{Present: dump(t, pv("status.phase=Released", "spec.persistentVolumeReclaimPolicy=Retain"))})
	assert.NotContains(t, names(r), retain)
	assert.Contains(t, contentOf(t, r, release), `{"op":"test","path":"/spec/claimRef/uid","value":"cu-1"}`)

	r = volumes(dump(t, pv()+pvc()), Options{Present: dump(t, pv("status.phase=Available", "spec.claimRef="))})
	assert.Contains(t, contentOf(t, r, release), `{"op":"test","path":"/status/phase","value":"Available"}`)
	assert.Contains(t, contentOf(t, r, release), `{"op":"add","path":"/spec/claimRef","value":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"data","namespace":"shop"}}`)

	r = volumes(dump(t, pv()+pvc()), Options{Present: dump(t, pv()+pvc())})
	assert.Equal(t, []string{retain, "RESTORE.md"}, names(r))

	// what is refused is kept all the same
	r = volumes(dump(t, pv()+pvc()), Options{Partial: true, Present: dump(t, pv("metadata.deletionTimestamp=x"))})
	assert.Equal(t, []string{retain, "RESTORE.md"}, names(r))
	assert.Contains(t, r.Findings[0].Advice, `kubectl patch pv pv-1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`)
}

// TestMadeClaim: what a claim that is made from its volume looks like.
func TestMadeClaim(t *testing.T) {
	r := volumes(dump(t, pv("spec.storageClassName=", "spec.volumeMode=Block")), Options{MakeClaims: true, Present: &Dump{}})
	require.Zero(t, r.Refusals())
	assert.Equal(t, `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: shop
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: "10Gi"
  storageClassName: ""
  volumeMode: Block
  volumeName: pv-1
`, contentOf(t, r, claimFile))
}

func TestCutShort(t *testing.T) {
	for name, text := range map[string]string{
		"a continue token":     `{"apiVersion":"v1","kind":"PersistentVolumeList","metadata":{"continue":"abc"},"items":[]}`,
		"remaining items":      `{"apiVersion":"v1","kind":"PersistentVolumeList","metadata":{"remainingItemCount":3},"items":[]}`,
		"remaining, YAML":      "apiVersion: v1\nkind: List\nmetadata:\n  remainingItemCount: 3\nitems: []\n",
		"kubectl was cut off":  "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: PersistentVolume\n  metadata:\n    name: pv-9\n",
		"cut off at its start": "apiVersion: v1\nitems:\n",
	} {
		t.Run(name, func(t *testing.T) {
			var d Dump
			d.Add("a", []byte(pv()+pvc()))
			d.Add("b", []byte(text))
			r := volumes(&d, Options{Present: &Dump{}})
			assert.True(t, r.Refusals() > 0 || len(d.Unread) > 0, "%v", r.Findings)
			assert.Empty(t, names(r))
		})
	}
	r := volumes(dump(t, pv()+pvc()+class+`{"apiVersion":"v1","kind":"PersistentVolumeList","metadata":{"continue":"","remainingItemCount":0},"items":[]}`), Options{Present: &Dump{}})
	assert.Empty(t, r.Findings)
}

func TestOrdinals(t *testing.T) {
	pairs := func(ordinals ...string) string {
		var out string
		for _, n := range ordinals {
			out += pv("metadata.name=pv-"+n, "spec.csi.volumeHandle=vol-"+n, "spec.claimRef.name=data-db-"+n, "spec.claimRef.uid=u"+n)
			out += pvc("metadata.name=data-db-"+n, "metadata.uid=u"+n, "spec.volumeName=pv-"+n)
		}
		return out
	}
	set := func(changes ...string) string {
		return changed(`{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"shop"},
"spec":{"replicas":3,"volumeClaimTemplates":[{"metadata":{"name":"data"}}]}}`, changes)
	}
	for _, tt := range []struct{ name, dump, rules, message string }{
		{"all", pairs("0", "1", "2"), "", ""},
		{"a gap", pairs("0", "1", "3", "10"), "missing-ordinal", "of the claims data-db-N there are 0-1, 3, 10, but not 2, 4-9"},
		{"the last, by the StatefulSet", pairs("0", "1") + set(), "missing-ordinal", "needs the claims data-db-N for 2, which are not restored"},
		{"a later start", pairs("5", "6", "7") + set(`spec.ordinals={"start":5}`), "", ""},
		{"one replica", pairs("0") + set("spec.replicas="), "", ""},
		{"deletes", pairs("0", "1", "2") + set("spec.persistentVolumeClaimRetentionPolicy.whenDeleted=Delete"), "deletes-claims", "has persistentVolumeClaimRetentionPolicy.whenDeleted: Delete"},
		{"no ordinals", pairs("a", "01", "3"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := volumes(dump(t, tt.dump+class), Options{Present: &Dump{}})
			assert.Equal(t, strings.Fields(tt.rules), rules(r))
			if tt.message != "" {
				assert.Equal(t, tt.message, r.Findings[0].Message)
			}
		})
	}
}

// TestCheck: a routine dump of volumes that would go with their claims.
func TestCheck(t *testing.T) {
	for _, tt := range []struct{ dump, rules string }{
		{pv() + pvc() + class, "delete-policy"},
		{pv("spec.persistentVolumeReclaimPolicy=Retain") + pvc() + class, ""},
		{pvc() + changed(class, []string{"reclaimPolicy="}), "claim-without-volume! delete-policy"},
	} {
		r, err := Check(dump(t, tt.dump))
		require.NoError(t, err)
		assert.Equal(t, strings.Fields(tt.rules), rules(r))
		assert.Empty(t, r.Files)
	}
}

// TestErrors: there is no restoration from a dump of which not everything is
// known.
func TestErrors(t *testing.T) {
	const list = `{"apiVersion":"v1","kind":"List","items":[]}`
	r, err := Volumes(dump(t, pv()+pvc()), Options{Present: dump(t, list)})
	require.NoError(t, err)
	assert.NotEmpty(t, r.Files)

	_, err = Volumes(dump(t, list), Options{})
	require.ErrorIs(t, err, ErrNoVolumes)
	_, err = Check(dump(t, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"))
	require.ErrorIs(t, err, ErrNoVolumes)
	for _, blank := range []string{"", "# nothing\n"} {
		_, err = Volumes(dump(t, pv()+pvc()), Options{Present: dump(t, blank)})
		require.ErrorIs(t, err, ErrBlank)
	}

	var broken Dump
	broken.Add("a.yaml", []byte("kind: ["))
	for _, o := range []Options{{}, {Present: &broken}} {
		d := dump(t, pv()+pvc())
		if o.Present == nil {
			d.Unread = broken.Unread
		}
		r, err = Volumes(d, o)
		var unread *UnreadError
		require.ErrorAs(t, err, &unread)
		assert.Equal(t, broken.Unread, unread.Unread)
		assert.Empty(t, r)
	}
}
