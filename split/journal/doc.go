// Package journal changes files of a directory: all of them or none, even if the process
// is killed.
//
//	run, err := journal.Begin(root, journal.Options{})
//	...
//	defer run.Close()
//	j, err := run.Read() // of an interrupted run
//	if j != nil {
//		_, err = run.Undo(j)
//	}
//	...
//	err = run.Commit(ctx, changes)
//
// Begin keeps other runs out meanwhile. The package knows nothing about manifests.
// Packages split and migrate of kuniq use it. It is exported for these two, and promises
// nothing to others: its names may change with any release.
//
// # How a kill is survived
//
// A run goes through these states. If the process is killed, it leaves one of
// them, and the next run knows which:
//
//  1. It has looked at the directory, but changed nothing in it.
//  2. All new files are being written to .kuniq-tmp, under numbers. The files
//     that they will replace get a second name there. Nothing outside of it
//     has changed. The next run removes .kuniq-tmp and starts again.
//  3. .kuniq-journal, complete because it was renamed into place, lists the
//     changes: which numbers become which files, which files are removed, and
//     the SHA-256 of everything before and after. Now files are removed and new
//     ones are renamed into place, in the order of the journal, and all of them
//     are read back. The next run first restores everything, and only after it
//     has made sure that every file is in its old or its new state.
//  4. The journal is gone: the new state. The next run removes the rest of
//     .kuniq-tmp. With Options.Keep the journal has another name instead, and
//     the old files stay: giving it its name back leads to state 3.
//
// An error (a full disk, a directory without write permission) in state 2 leads back to
// state 1. In state 3 the run restores everything as the next run would: each step of
// that leaves state 3, and a run that cannot even do this leaves state 3, too, and says
// so.
//
// Nothing is synced to the disk: this protects against a killed process and not against a
// power failure.
//
// The journal may come from an untrusted pull request. So no path in it is trusted
// (BadPath), no symbolic link is followed (Folder), and Options.Owned is asked about
// every file that the run would have replaced or removed.
package journal
