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
// New reads the repository and decides which files to split, which references to them have
// to change, which files stay unchanged and why, how other tools would read the new files,
// and the reasons against it. It also proves the plan: it reads the objects of every new
// file and compares them with the old ones, and it builds every affected kustomization in
// memory, before and after.
//
// Write refuses a plan with refusals and a tree with uncommitted changes. It keeps a journal
// below the git directory. With it, Repository.Abort undoes a run that was killed, and also
// one that finished.
//
// The repository is untrusted: the package executes nothing in it, fetches nothing that it
// names, follows no symbolic link, and reads and writes nothing outside of it.
//
// The package is v0: the API may change in any minor release, as the changelog says.
// In the JSON of Plan.WriteJSON fields are added and never renamed.
package migrate
