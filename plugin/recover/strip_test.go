package recover

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
			r := Volumes(dump(t, pv(change)+pvc(change)), Options{Present: &Dump{}, Partial: true})
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
	r := Volumes(dump(t, volume, claim), Options{Present: &Dump{}})
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
