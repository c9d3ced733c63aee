package revision

import (
	"context"
	"errors"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// Repository is the repository that a directory is in, which need not have a
// working tree. The zero value is that of the working directory. Nothing that
// the repository says is executed or fetched, and neither its working tree nor
// its index is touched.
type Repository struct{ Dir string }

func (r Repository) git() gitenv.Git { return gitenv.Git{Dir: r.Dir} }

// Commit returns the hash of the commit that a revision names. An empty
// revision is an error.
func (r Repository) Commit(ctx context.Context, revision string) (string, error) {
	if revision == "" {
		return "", errors.New("the empty revision names no commit")
	}
	hash, err := r.git().Line(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err == nil && hash == "" {
		err = errors.New("git names no commit")
	}
	return hash, err
}

// Contains says whether a commit has another one in its history. In a shallow
// clone it may be only that the history does not reach there; see Shallow.
func (r Repository) Contains(ctx context.Context, commit, other string) (bool, error) {
	_, err := r.git().Line(ctx, "merge-base", "--is-ancestor", other, commit)
	if gitenv.ExitCode(err) == 1 {
		return false, nil
	}
	return err == nil, err
}

// Shallow says whether the history is cut off.
func (r Repository) Shallow(ctx context.Context) (bool, error) {
	answer, err := r.git().Line(ctx, "rev-parse", "--is-shallow-repository")
	return answer == "true", err
}

// Trailer is a line "Key: value" at the end of a commit message.
type Trailer struct{ Value, Commit string }

// Trailers returns those of a key in the commits that only head has, the newest
// first. Empty ones are left out.
func (r Repository) Trailers(ctx context.Context, base, head, key string) (all []Trailer, err error) {
	out, err := r.git().Line(ctx, "log", "--format=%H%x00%(trailers:key="+key+",valueonly,separator=%x00)%x01", base+".."+head, "--")
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(out, "\x01") {
		commit, values, ok := strings.Cut(strings.TrimSpace(entry), "\x00")
		for v := range strings.SplitSeq(values, "\x00") {
			if v = strings.TrimSpace(v); ok && v != "" {
				all = append(all, Trailer{v, commit})
			}
		}
	}
	return all, nil
}

// Remotes returns the URLs of the remotes, as the configuration of the repository
// has them. There are none if the directory is in no repository.
func (r Repository) Remotes(ctx context.Context) (urls []string) {
	fields, err := r.git().Fields(ctx, "config", "--null", "--get-regexp", `^remote\..*\.url$`)
	if err != nil {
		return nil
	}
	for _, field := range fields {
		if _, url, ok := strings.Cut(field, "\n"); ok {
			urls = append(urls, url)
		}
	}
	return urls
}

// DefaultBranches returns the branches that the remotes call their HEAD, as far as
// the clone knows.
func (r Repository) DefaultBranches(ctx context.Context) []string {
	out, err := r.git().Line(ctx, "for-each-ref", "--format=%(symref:lstrip=3)", "refs/remotes/*/HEAD")
	if err != nil {
		return nil
	}
	return strings.Fields(out)
}
