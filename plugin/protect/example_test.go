package protect_test

import (
	"fmt"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/protect"
)

const volume = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: orders # of the shop
`

func ExampleEdit() {
	edited := protect.Edit("volume.yaml", []byte(volume), protect.Options{})
	fmt.Print(string(edited.Data))
	// Output:
	// apiVersion: v1
	// kind: PersistentVolumeClaim
	// metadata:
	//   annotations:
	//     argocd.argoproj.io/sync-options: Prune=confirm
	//   name: orders # of the shop
}

func ExampleGuard() {
	report := protect.Guard(protect.Tree{Declared: gitops.Parse(gitops.ArgoCD, "", "set.yaml", []byte(applicationSet))}, protect.Options{})
	for _, d := range report.Diagnostics {
		fmt.Println(d.Rule, d.Message)
	}
	// Output:
	// not-preserved ApplicationSet.argoproj.io argocd/set deletes the objects of an Application that it no longer generates
}
