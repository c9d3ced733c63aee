// Package migrate turns a git repository whose files hold several Kubernetes
// objects each into one with one object per file, once.
//
// A migration has three steps, and only the last one changes anything:
//
//	repo, err := migrate.Open(ctx, "deploy")
//	...
//	defer repo.Close()
//	plan, err := migrate.New(ctx, repo, migrate.Options{})
//	...
//	result, err := plan.Write(ctx, migrate.WriteOptions{})
//
// New reads the repository and decides what would be split, which references
// to the files have to change, what stays as it is and why, what other tools
// would make of it, and what forbids it. It also proves the plan: it reads the
// objects of every new file and compares them with the old ones, and it builds
// every kustomization that is affected in memory, before and after.
//
// Write refuses a plan with refusals and a tree with uncommitted changes. It
// keeps a journal below the git directory, with which Repository.Abort undoes a run
// that was killed, and also one that came to its end.
//
// The repository is a stranger's: nothing in it is executed, nothing that it
// names is fetched, no symbolic link is followed, and nothing outside of it is
// read or written.
//
// The package is v0: the API may change in any minor release, as the changelog says.
// In the JSON of Plan.WriteJSON fields are added and never renamed.
package migrate
