// Package gate checks a whole repository: it renders the targets of a tree, reads
// everything else as plain manifests, and reports the objects that are declared more than
// once. It is the engine of kuniq check and kuniq list.
//
// Start with Check. Its report has the state of every file that it met, so you can trust
// a report without findings: see dupcheck.Report.Accounting and dupcheck.Report.Unread. A
// report is clean only if nothing is unread.
//
// The package executes only the helm command that Options name. It fetches nothing and
// prints nothing.
//
// The API is v0: exported names may change from one minor version to the next, and the
// changelog lists every change.
package gate
