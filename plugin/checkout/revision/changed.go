package revision

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// Changed returns those of the files that may have changed since the revision
// and HEAD went apart. Files are paths as seen from the directory that was given
// to Open.
//
// A file is left out only if git knows it and sees no difference. So a new or
// ignored file has changed, one in a submodule, one outside of the repository,
// and one that git was told not to look at. Where a path goes through symbolic
// links, each of them counts as well as what it leads to.
func (r *Revision) Changed(ctx context.Context, files []string) (map[string]bool, error) {
	base, g, err := r.before(ctx)
	if err != nil {
		return nil, err
	}
	trails := make([][]string, len(files))
	same := map[string]bool{} // by path from the top
	for i, f := range files {
		trails[i] = r.trail(f)
		for _, p := range trails[i] {
			same[p] = false
		}
	}
	if err := unchanged(ctx, g, base, same); err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for i, f := range files {
		for _, p := range trails[i] {
			if !same[p] {
				changed[f] = true
			}
		}
		if len(trails[i]) == 0 {
			changed[f] = true
		}
	}
	return changed, nil
}

// unchanged sets those paths that are the same in the base and on the disk. The
// capital H is that of a file that is in the index without any flag that would
// keep git from looking at the disk.
func unchanged(ctx context.Context, g gitenv.Git, base string, paths map[string]bool) error {
	err := g.Each(ctx, func(f string) {
		tag, path, _ := strings.Cut(f, " ")
		if _, asked := paths[path]; asked && tag == "H" {
			paths[path] = true
		}
	}, "ls-files", "-z", "-v", "--cached")
	if err != nil {
		return err
	}
	return g.Each(ctx, func(path string) {
		if _, asked := paths[path]; asked {
			paths[path] = false
		}
	}, "diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", base, "--")
}

// mostLinks is how many symbolic links a path may go through, as on Linux.
const mostLinks = 40

// trail returns what the content behind a path depends on, as paths from the top
// with slashes: the symbolic links inside the repository that it goes through,
// and the file itself. It returns nothing if the file is outside or missing.
func (r *Revision) trail(file string) []string {
	if !filepath.IsAbs(file) {
		file = r.cwd + string(filepath.Separator) + file // not cleaned: what ".." means depends on links
	}
	var out []string
	volume := filepath.VolumeName(file)
	at, rest := volume+string(filepath.Separator), parts(file[len(volume):])
	for links := 0; len(rest) > 0; {
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		link, err := isLink(next)
		if err != nil {
			return nil
		}
		if !link {
			at = next
			continue
		}
		target, err := os.Readlink(next)
		if links++; err != nil || links > mostLinks {
			return nil
		}
		if p, err := r.fromTop(next); err == nil {
			out = append(out, p)
		}
		if filepath.IsAbs(target) {
			at = filepath.VolumeName(target) + string(filepath.Separator)
		}
		rest = append(parts(target[len(filepath.VolumeName(target)):]), rest...)
	}
	p, err := r.fromTop(at)
	if err != nil {
		return nil
	}
	return append(out, p)
}

func parts(path string) []string {
	return strings.FieldsFunc(path, func(c rune) bool { return c < 0x80 && os.IsPathSeparator(uint8(c)) })
}

// fromTop returns a path without symbolic links as git names it.
func (r *Revision) fromTop(path string) (string, error) {
	rel, err := filepath.Rel(r.repo.Dir, path)
	if err == nil && !filepath.IsLocal(rel) {
		err = errors.New("outside of the repository")
	}
	return filepath.ToSlash(rel), err
}
