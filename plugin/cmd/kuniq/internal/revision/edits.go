package revision

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Edit is a file that the revision and HEAD had when they went apart, and that
// has changed since or is gone.
type Edit struct {
	// Path is seen from the top of the repository, with slashes.
	Path string
	// Was is the content that the file had. It is nil if it was not asked for,
	// or if the file was no regular one or longer than check reads one that
	// it finds.
	Was []byte

	object string
}

// mostBefore is how long a file is at most whose content is returned, as in
// package manifest.
const mostBefore = 256 << 20

// Edits returns the files that have changed or are gone since the revision and
// HEAD went apart, with their content at that time where wanted asks for it.
func (r *Revision) Edits(ctx context.Context, wanted func(path string) bool) ([]Edit, error) {
	base, err := r.mergeBase(ctx)
	if err != nil {
		return nil, err
	}
	g, err := r.git.withoutFilters(ctx)
	if err != nil {
		return nil, err
	}
	var all []Edit
	var about []string // modes, objects and status of a file whose path comes next
	err = g.fields(ctx, func(f string) {
		if about == nil {
			about = strings.Fields(strings.TrimPrefix(f, ":"))
			return
		}
		if len(about) == 5 && about[4] != "A" {
			e := Edit{Path: f}
			if strings.HasPrefix(about[0], "100") && wanted(f) {
				e.object = about[2]
			}
			all = append(all, e)
		}
		about = nil
	}, "diff", "--raw", "--no-abbrev", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", base, "--")
	if err != nil {
		return nil, err
	}
	return all, r.git.before(ctx, base, all)
}

// before fills in what the files were.
func (g git) before(ctx context.Context, base string, all []Edit) error {
	var objects []string
	for _, e := range all {
		if e.object != "" {
			objects = append(objects, e.object)
		}
	}
	if len(objects) == 0 {
		return nil
	}
	g.stdin = strings.Join(append(slices.Clip(objects), ""), "\n")
	return g.stream(ctx, func(r io.Reader) error {
		in := bufio.NewReaderSize(r, 1<<16)
		for i := range all {
			if all[i].object == "" {
				continue
			}
			var err error
			if all[i].Was, err = answer(in, all[i].object); err != nil {
				return cmp.Or(ctx.Err(), absent(all[i].Path, base))
			}
		}
		return nil
	}, "cat-file", "--batch")
}

// answer reads one of git cat-file --batch. What is too long is passed
// over.
func answer(in *bufio.Reader, object string) ([]byte, error) {
	header, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(header)
	if len(words) != 3 || words[0] != object || words[1] != "blob" {
		return nil, errors.New("not what was asked for")
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the size of an object: %w", err)
	}
	if size > mostBefore {
		_, err := io.CopyN(io.Discard, in, size+1)
		return nil, err
	}
	return blobOf(in, size)
}

// Path is the file at a place that Place returns.
func (r *Revision) Path(place string) string { return filepath.Join(r.top, filepath.FromSlash(place)) }

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
