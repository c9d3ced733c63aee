// Package impact computes what a change would delete.
//
// [Compare] takes two snapshots of package deploy, each with all deployers at one
// revision, and returns an [Impact], which [Write] puts into a report:
//
//	found := impact.Compare(base, head, impact.Options{})
//	err := impact.Write(os.Stdout, "text", found, "")
//
// The package runs no program and talks to no cluster. An unknown part never counts as
// nothing: a deployer whose objects could not be resolved fails as soon as it changes.
//
// Stability: v0. Exported names may change in any release until the JSON reports have
// been stable for two minor releases; the changelog lists each change.
package impact
