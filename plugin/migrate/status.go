package migrate

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// DirtyError says that the work tree has uncommitted changes, so that nothing may be
// written: afterwards they could not be told from those of the migration.
type DirtyError struct {
	// Paths are the files that differ, relative to the top of the work tree.
	Paths []string

	reached checkout.Reached
}

// Error names the first few files, as they are reached from the working directory.
func (e *DirtyError) Error() string {
	return "the work tree has changes that are not committed (" + report.Few(each(e.Paths, func(p string) string { return dupcheck.Quote(e.reached.File(p)) }), 5) +
		"); commit or stash them first"
}

// changed returns the tracked files that differ from the last commit, in the
// index or in the work tree. Files that git does not track do not count: a
// migration neither reads nor touches them.
func (r *Repository) changed(ctx context.Context) ([]string, error) {
	out, err := r.git.Fields(ctx, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, entry := range out {
		if len(entry) > 3 {
			paths = append(paths, entry[3:])
		}
	}
	return paths, nil
}

// dirty is the error about files that differ.
func (r *Repository) dirty(paths []string) error { return &DirtyError{paths, r.reached} }

// clean makes sure that there are no uncommitted changes. The error is a *DirtyError.
func (r *Repository) clean(ctx context.Context) error {
	dirty, err := r.changed(ctx)
	if err == nil && len(dirty) > 0 {
		err = r.dirty(dirty)
	}
	return err
}

// untracked returns the files that git does not track, and those below the directory that it
// ignores. A directory ends in a slash.
func (r *Repository) untracked(ctx context.Context) (unknown, ignored []string, err error) {
	unknown, err = r.git.Fields(ctx, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, nil, err
	}
	ignored, err = r.git.Fields(ctx, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--", r.dir)
	return unknown, ignored, err
}

// ignoredAmong returns those of some paths that git would ignore, with the
// pattern that says so.
func (r *Repository) ignoredAmong(ctx context.Context, paths []string) (map[string]checkout.Reason, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	// With "./" in front no path is taken for a pattern.
	asked := make([]string, len(paths))
	for i, p := range paths {
		asked[i] = "./" + p
	}
	g := r.git.Asking(asked)
	g.Patterns = true
	out, err := g.Fields(ctx, "check-ignore", "-z", "--stdin", "--verbose", "--no-index")
	if gitenv.ExitCode(err) == 1 {
		return nil, nil // none
	}
	if err != nil {
		return nil, err
	}
	found := map[string]checkout.Reason{}
	for i := 0; i+3 < len(out); i += 4 { // source, line, pattern, path
		if !strings.HasPrefix(out[i+2], "!") {
			found[strings.TrimPrefix(out[i+3], "./")] = checkout.Reasonf("%s:%s: %s", r.excludes(out[i]), out[i+1], dupcheck.QuoteAlways(out[i+2]))
		}
	}
	return found, nil
}

// excludes names a file with patterns as git does: by its path from the top, unless it is
// that of the user.
func (r *Repository) excludes(file string) checkout.Reason {
	if filepath.IsAbs(file) {
		return checkout.Text(dupcheck.Quote(file))
	}
	return checkout.Named(file)
}

// attributes returns the values of some attributes of some paths.
func (r *Repository) attributes(ctx context.Context, paths, names []string) (map[string]map[string]string, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	out, err := r.git.Asking(paths).Fields(ctx, append([]string{"check-attr", "-z", "--stdin"}, names...)...)
	if err != nil {
		return nil, err
	}
	values := map[string]map[string]string{}
	for i := 0; i+2 < len(out); i += 3 { // path, attribute, value
		if values[out[i]] == nil {
			values[out[i]] = map[string]string{}
		}
		values[out[i]][out[i+1]] = out[i+2]
	}
	return values, nil
}
