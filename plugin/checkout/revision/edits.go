package revision

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Edit is a file that the revision and HEAD had when they went apart, and that
// has changed since or is gone.
type Edit struct {
	// Path is seen from the top of the repository, with slashes.
	Path string
	// Was is the content that the file had. It is nil if it was not asked for,
	// or if the file was no regular one or longer than manifest.MaxFound.
	Was []byte
}

// Edits returns the files that have changed or are gone since the revision and
// HEAD went apart, with their content at that time where wanted asks for it.
func (r *Revision) Edits(ctx context.Context, wanted func(path string) bool) ([]Edit, error) {
	base, g, err := r.before(ctx)
	if err != nil {
		return nil, err
	}
	var all []Edit
	var blobs []blob
	var edits []int    // of the blobs
	var about []string // modes, objects and status of a file whose path comes next
	err = g.Each(ctx, func(f string) {
		if about == nil {
			about = strings.Fields(strings.TrimPrefix(f, ":"))
			return
		}
		if len(about) == 5 && about[4] != "A" {
			if strings.HasPrefix(about[0], "100") && wanted(f) {
				blobs, edits = append(blobs, blob{name: f, object: about[2]}), append(edits, len(all))
			}
			all = append(all, Edit{Path: f})
		}
		about = nil
	}, "diff", "--raw", "--no-abbrev", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", base, "--")
	if err != nil {
		return nil, err
	}
	return all, r.repo.batch(ctx, base, blobs, manifest.MaxFound, func(i int, data []byte) { all[edits[i]].Was = data })
}

// Path is the file at a place that Place returns.
func (r *Revision) Path(place string) string {
	return filepath.Join(r.repo.Dir, filepath.FromSlash(place))
}

// Seen is a place as seen from the directory that was given to Open.
func (r *Revision) Seen(place string) string {
	rel, err := filepath.Rel(r.cwd, r.Path(place))
	if err != nil {
		return r.Path(place)
	}
	return filepath.ToSlash(rel)
}

// Place returns where a file is, as seen from the top of the repository, and
// false if that is outside. The file is a path as seen from the directory that
// was given to Open, and need not be there.
func (r *Revision) Place(file string) (string, bool) {
	if trail := r.trail(file); len(trail) > 0 {
		return trail[len(trail)-1], true
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(r.cwd, file)
	}
	p, err := r.fromTop(file)
	return p, err == nil
}
