// Package protect finds objects with state that nothing protects from deletion, and adds the
// annotations that do.
//
// [Guard] checks objects and the deployers that deploy them, and [Check] does so for the
// deployed objects of a tree. [Edit] adds the annotations to a stream of manifests,
// [ProtectState] does the same as a KRM function, and [Files] finds the files of a tree that
// can be edited.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package protect
