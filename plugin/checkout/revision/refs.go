package revision

import (
	"context"
	"strings"
)

// Refs are the names that a clone has for commits.
type Refs struct {
	// Tags and Branches have commits by the names of tags and branches. The
	// branches are those of the remote, or of the clone itself if it has none.
	Tags, Branches map[string]string
	// Current is the branch that is checked out, or empty.
	Current string
	// Shallow says that the clone may lack tags.
	Shallow bool
}

// Refs reads the names of commits. Of two remotes that have one branch the one
// called origin counts.
func (r Repository) Refs(ctx context.Context) (out Refs, err error) {
	out.Tags = map[string]string{}
	remote, own := map[string]string{}, map[string]string{}
	text, err := r.git().Line(ctx, "for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")
	if err != nil {
		return out, err
	}
	for entry := range strings.Lines(text) {
		words := strings.Fields(entry) // name, object, object that a tag is about
		kind, name, _ := strings.Cut(strings.TrimPrefix(words[0], "refs/"), "/")
		switch kind {
		case "tags":
			out.Tags[name] = words[len(words)-1]
		case "heads":
			own[name] = words[1]
		case "remotes":
			if of, branch, _ := strings.Cut(name, "/"); branch != "HEAD" && (of == "origin" || remote[branch] == "") {
				remote[branch] = words[1]
			}
		}
	}
	if out.Branches = own; len(remote) > 0 {
		out.Branches = remote
	}
	if shallow, err := r.Shallow(ctx); err != nil || shallow {
		out.Shallow = true
	}
	if head, err := r.git().Line(ctx, "symbolic-ref", "--quiet", "HEAD"); err == nil {
		out.Current = strings.TrimPrefix(head, "refs/heads/")
	}
	return out, nil
}

// IsTop says whether the directory is the top of a working tree.
func (r Repository) IsTop(ctx context.Context) bool {
	below, inside := r.Below(ctx)
	return inside && below == ""
}

// Below returns where the directory is from the top of its working tree, with slashes,
// or false if it is in none. It is empty for the top itself.
func (r Repository) Below(ctx context.Context) (below string, inside bool) {
	out, err := r.git().Line(ctx, "rev-parse", "--is-inside-work-tree", "--show-prefix")
	is, below, _ := strings.Cut(out, "\n")
	return strings.TrimSuffix(below, "/"), err == nil && is == "true"
}

// IsMirror says whether the directory itself is a repository without a working tree.
func (r Repository) IsMirror(ctx context.Context) bool {
	dir, err := r.git().Line(ctx, "rev-parse", "--git-dir")
	return err == nil && dir == "."
}
