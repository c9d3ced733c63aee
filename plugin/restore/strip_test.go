package restore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStripped: field by field, what of a volume and of a claim goes.
func TestStripped(t *testing.T) {
	for _, tt := range []struct {
		change string // of both, or of one with "pv:" or "pvc:" before it
		path   []string
	}{
		{"metadata.uid=u", []string{"metadata", "uid"}},
		{"metadata.resourceVersion=1", []string{"metadata", "resourceVersion"}},
		{"metadata.generation=#3", []string{"metadata", "generation"}},
		{"metadata.creationTimestamp=2026-01-01T00:00:00Z", []string{"metadata", "creationTimestamp"}},
		{"metadata.deletionTimestamp=2026-01-01T00:00:00Z", []string{"metadata", "deletionTimestamp"}},
		{"metadata.deletionGracePeriodSeconds=#30", []string{"metadata", "deletionGracePeriodSeconds"}},
		{`metadata.ownerReferences=[{"kind":"StatefulSet","name":"db","uid":"x"}]`, []string{"metadata", "ownerReferences"}},
		{"metadata.selfLink=/x", []string{"metadata", "selfLink"}},
		{`metadata.managedFields=[{"manager":"x"}]`, []string{"metadata", "managedFields"}},
		{`metadata.annotations={"pv.kubernetes.io/bind-completed":"yes"}`, []string{"metadata", "annotations"}},
		{`metadata.annotations={"pv.kubernetes.io/bound-by-controller":"yes"}`, []string{"metadata", "annotations"}},
		{`metadata.annotations={"volume.kubernetes.io/selected-node":"n"}`, []string{"metadata", "annotations"}},
		{`metadata.annotations={"volume.kubernetes.io/storage-provisioner":"p"}`, []string{"metadata", "annotations"}},
		{`metadata.annotations={"volume.beta.kubernetes.io/storage-provisioner":"p"}`, []string{"metadata", "annotations"}},
		{`metadata.finalizers=["kubernetes.io/pv-protection","kubernetes.io/pvc-protection"]`, []string{"metadata", "finalizers"}},
		{`metadata.finalizers=["external-attacher/ebs-csi-aws-com"]`, []string{"metadata", "finalizers"}},
		{`metadata.finalizers=["external-provisioner.volume.kubernetes.io/finalizer"]`, []string{"metadata", "finalizers"}},
		{`metadata.finalizers=["kubernetes.io/pv-controller"]`, []string{"metadata", "finalizers"}},
		{`metadata.finalizers=["foregroundDeletion","orphan"]`, []string{"metadata", "finalizers"}},
		{`status={"phase":"Bound"}`, []string{"status"}},
		{"pv:spec.claimRef.uid=cu-1", []string{"spec", "claimRef", "uid"}},
		{"pv:spec.claimRef.resourceVersion=1", []string{"spec", "claimRef", "resourceVersion"}},
	} {
		t.Run(tt.change, func(t *testing.T) {
			change, name := tt.change, ""
			for _, prefix := range []string{"pv:", "pvc:"} {
				if len(change) > len(prefix) && change[:len(prefix)] == prefix {
					name, change = prefix, change[len(prefix):]
				}
			}
			if change == "metadata.uid=u" {
				change = "metadata.generateName=" // it is there, and claimRef has it
			}
			r := volumes(dump(t, pv(change)+pvc(change)), Options{Present: &Dump{}, Partial: true})
			if name != "pvc:" {
				assert.Nil(t, look(value(t, contentOf(t, r, volumeFile)), tt.path...))
			}
			if name != "pv:" {
				assert.Nil(t, look(value(t, contentOf(t, r, claimFile)), tt.path...))
			}
		})
	}
}

// TestKept: what says which disk it is and how it is used stays, byte for byte
// where it is a string or a number, and in its order.
func TestKept(t *testing.T) {
	const volume = `apiVersion: v1
kind: PersistentVolume
spec:
  volumeMode: Block
  mountOptions: [noatime, "on"]
  csi:
    volumeHandle: '0017'
    driver: x.example.com
    fsType: xfs
    readOnly: no
    volumeAttributes:
      big: "12345678901234567890123"
      yes: "1e3"
    nodeStageSecretRef: {name: s, namespace: kube-system}
  capacity:
    storage: 1e3
  unknown: 12345678901234567890
  accessModes:
  - ReadWriteOnce
  storageClassName: ""
  persistentVolumeReclaimPolicy: Recycle
  claimRef: {namespace: shop, name: data, uid: u}
metadata:
  name: pv-1
  labels:
    zone: a
    build: 0o17x
  annotations:
    pv.kubernetes.io/provisioned-by: x.example.com
    note: |
      two
       lines
  finalizers: [example.com/mine, kubernetes.io/pv-protection]
`
	claim := pvc("metadata.uid=u", "spec.volumeMode=Block", "spec.storageClassName=", "spec.resources.requests.storage=1k")
	claim = changed(claim, []string{`spec.storageClassName=#""`})
	r := volumes(dump(t, volume, claim), Options{Present: &Dump{}})
	require.Equal(t, []string{"kept-finalizer"}, rules(r), "%v", r.Findings)
	assert.Equal(t, `apiVersion: v1
kind: PersistentVolume
spec:
  volumeMode: Block
  mountOptions:
    - noatime
    - "on"
  csi:
    volumeHandle: '0017'
    driver: x.example.com
    fsType: xfs
    readOnly: no
    volumeAttributes:
      big: "12345678901234567890123"
      "true": "1e3"
    nodeStageSecretRef:
      name: s
      namespace: kube-system
  capacity:
    storage: 1e3
  unknown: 12345678901234567890
  accessModes:
    - ReadWriteOnce
  storageClassName: ""
  persistentVolumeReclaimPolicy: Retain
  claimRef:
    namespace: shop
    name: data
    apiVersion: v1
    kind: PersistentVolumeClaim
metadata:
  name: pv-1
  labels:
    zone: a
    build: 0o17x
  annotations:
    pv.kubernetes.io/provisioned-by: x.example.com
    note: |
      two
       lines
  finalizers:
    - example.com/mine
`, contentOf(t, r, volumeFile))
}

// TestDisk: which disk each source is.
func TestDisk(t *testing.T) {
	for _, tt := range []struct{ change, want string }{
		{`spec.csi={"driver":"a.example.com","volumeHandle":"h"}`, "a.example.com h"},
		{`spec.awsElasticBlockStore={"volumeID":"aws://eu-1a/vol-9","fsType":"ext4"}`, "ebs.csi.aws.com vol-9"},
		{`spec.azureDisk={"diskURI":"/subscriptions/X/Disks/D","diskName":"d"}`, "disk.csi.azure.com /subscriptions/x/disks/d"},
		{`spec.csi={"driver":"disk.csi.azure.com","volumeHandle":"/subscriptions/X/disks/D"}`, "disk.csi.azure.com /subscriptions/x/disks/d"},
		{`spec.gcePersistentDisk={"pdName":"d"}`, "pd.csi.storage.gke.io d"},
		{`spec.nfs={"server":"s","path":"/p","readOnly":true}`, "nfs s /p"},
		{`spec.iscsi={"targetPortal":"1.2.3.4","iqn":"iqn.x","lun":0}`, "iscsi 1.2.3.4 iqn.x 0"},
		{`spec.rbd={"monitors":["a","b"],"image":"i","pool":"p","user":"u"}`, `rbd ["a","b"] p i`},
		{`spec.hostPath={"path":"/d","type":""}`, "hostPath /d"},
	} {
		var f findings
		v := newVolume(dump(t, pv("spec.csi=", tt.change)).order[0], &f)
		require.NotNil(t, v, "%s: %v", tt.change, f)
		assert.Equal(t, tt.want, v.disk.String())
	}
}

// TestEncode: what cannot be written as it was is written otherwise, and reads
// the same.
func TestEncode(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: &s {x: &y [1, 1.50, on, 0x1f, 017, ~], z: *y}\n",
		"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {<<: {a: b}, c: !!str 123, d: 2026-01-01, e: '1_000'}\n",
		"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec:\n  a: >-\n    folded\n    text\n\n     more\n  b: \"tab\\t nul\\0 \\u2028 \\U0001F600\"\n  c: |+\n\n    x\n\n",
		`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a"},"spec":{"a":"\ud83d\ude00\/","n":123456789012345678901234567890,"y":"y","e":{},"l":[]}}`,
	} {
		d := dump(t, text)
		o := d.order[0]
		data, err := encode(o, o.value)
		require.NoError(t, err, text)
		assert.Equal(t, sum(t, o.value), sum(t, value(t, string(data))), "%s", data)
	}
	_, err := encode(&object{}, map[string]any{"apiVersion": "v1"})
	assert.Error(t, err)
}
