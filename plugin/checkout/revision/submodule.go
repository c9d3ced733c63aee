package revision

import (
	"context"
	"strings"
)

// Submodule returns the commit of the submodule in which the revision has a file. It is
// empty if the file is in none, or outside of the repository. The file is a path as that
// of Place.
func (r *Revision) Submodule(ctx context.Context, file string) (commit string, err error) {
	name, inside := r.Place(file)
	if !inside {
		return "", nil
	}
	args := []string{"ls-tree", "-z", "--full-tree", r.commit, "--"}
	for i, c := range name {
		if c == '/' {
			args = append(args, name[:i])
		}
	}
	if args[len(args)-1] == "--" {
		return "", nil // it is in the top
	}
	err = r.repo.git().Each(ctx, func(entry string) {
		if words := strings.Fields(entry); len(words) > 3 && words[1] == "commit" { // mode, type, object, name
			commit = words[2]
		}
	}, args...)
	return commit, err
}
