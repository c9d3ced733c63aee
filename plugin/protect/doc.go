// Package protect finds objects with state that nothing protects from being
// deleted, and adds the annotations that do.
//
// [Guard] looks at objects and at the deployers that deploy them; [Check] does so
// for what is deployed of a tree. [Edit] adds the annotations to a stream of
// manifests, [ProtectState] is that as a KRM function, and [Files] finds the files
// of a tree that can be edited.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package protect
