package restore_test

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/restore"
)

// A dump from before, in which a claim is bound to its volume. Now the cluster has
// lost the claim, and the volume is released.
const before = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-1, uid: v1}
spec:
  capacity: {storage: 10Gi}
  claimRef: {namespace: shop, name: data, uid: c1}
  csi: {driver: ebs.csi.aws.com, volumeHandle: vol-0123}
  persistentVolumeReclaimPolicy: Retain
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop, uid: c1}
spec: {volumeName: pv-1, storageClassName: "", resources: {requests: {storage: 10Gi}}}
`

const now = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-1, uid: v1}
spec:
  capacity: {storage: 10Gi}
  claimRef: {namespace: shop, name: data, uid: c1}
  csi: {driver: ebs.csi.aws.com, volumeHandle: vol-0123}
  persistentVolumeReclaimPolicy: Retain
status: {phase: Released}
`

func ExampleVolumes() {
	var dump, present restore.Dump
	dump.Add("before.yaml", []byte(before))
	present.Add("now.yaml", []byte(now))
	r, err := restore.Volumes(&dump, restore.Options{Present: &present})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range r.Bindings {
		fmt.Println(b.Claim, "->", b.Disk(), b.State)
	}
	for _, f := range r.Files { // r.Plan() writes them
		fmt.Println(f.Name)
	}
	// Output:
	// PersistentVolumeClaim shop/data -> ebs.csi.aws.com vol-0123 released
	// 2-release/v1.PersistentVolume-pv-1.json
	// 3-namespaces/v1.Namespace-shop.yaml
	// 5-claims/v1.PersistentVolumeClaim-shop.data.yaml
	// RESTORE.md
}

func ExampleCompare() {
	namespace := dupcheck.ID{Kind: "Namespace", Name: "shop"}
	kafka := dupcheck.ID{Group: "kafka.strimzi.io", Kind: "Kafka", Namespace: "shop", Name: "main"}
	account := dupcheck.ID{Kind: "ServiceAccount", Namespace: "shop", Name: "web"}
	c := restore.Compare(restore.Inventories{
		Git: restore.Inventory{kafka: {}, account: {}, namespace: {}},
		Now: restore.Inventory{namespace: {}},
	})
	for _, m := range c.Missing {
		fmt.Printf("%s: %s %q\n", m.Phase, m.ID, m.Hold)
	}
	// Output:
	// namespaces, CRDs and what others refer to: ServiceAccount shop/web ""
	// write path: Kafka.kafka.strimzi.io shop/main "its operator makes claims with new, empty volumes"
}
