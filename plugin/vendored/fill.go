package vendored

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// LockOptions are options of Lock. The zero value changes no existing entry of the lock.
type LockOptions struct {
	// Update allows changes of existing entries.
	Update bool
	// Date is that of new entries, as YYYY-MM-DD.
	Date string
}

// Locked is the result of Lock.
type Locked struct {
	// Entries are all entries of the lock, Added the new ones, and Updated the changed ones.
	Entries, Added, Updated []Entry
	// Problems say why a need is not in the lock, or differs from the directory. Their codes
	// are checkout.Remote if the content is missing and checkout.Mismatch if it must not be
	// used.
	Problems []error
}

// Lock looks for the content that meets the needs in a vendor directory, and writes its
// digests. It keeps the entries of the lock, needed or not. Without Update, Problems has
// those that have changed since. The error says that nothing was written.
func Lock(ctx context.Context, dir string, needs []Need, o LockOptions) (out Locked, err error) {
	d, err := open(ctx, dir, true)
	if err != nil {
		return out, err
	}
	defer d.Close()
	seen := map[Need]bool{}
	for _, n := range needs {
		if key := n.normal(); !seen[key] {
			seen[key] = true
			d.lock(n, o, &out)
		}
	}
	out.Entries = slices.Collect(maps.Values(d.entries))
	text := formatLock(out.Entries)
	if out.Entries, err = parseLock(text); err != nil {
		return out, checkout.Errorf(checkout.Failed, "the lock would not be valid: %s", err)
	}
	if err := replace.File(filepath.Join(dir, LockFile), text, 0o644); err != nil {
		return out, checkout.Errorf(checkout.Unreadable, "the lock cannot be written: %s", checkout.SystemReason(err))
	}
	return out, nil
}

// lock puts the content for a need into the entries.
func (d *Dir) lock(n Need, o LockOptions, out *Locked) {
	refuse := func(code checkout.Code, why string) {
		out.Problems = append(out.Problems, checkout.Errorf(code, "%s %s", n, why))
	}
	if _, err := d.root.Lstat(filepath.FromSlash(n.Place())); err != nil {
		refuse(checkout.Remote, "is not in the vendor directory")
		return
	}
	before, known := d.entries[n.normal()]
	if known && !o.Update {
		if err := d.load(n, &Found{Entry: before}); err != nil {
			out.Problems = append(out.Problems, err)
		}
		return // a branch may have moved since: the lock has the commit
	}
	entry, err := d.resolve(n)
	if err == nil && !entry.Meets(n) {
		err = errors.New("its version is " + dupcheck.QuoteAlways(entry.Resolved) + ", which is not what is asked for")
	}
	if err != nil {
		refuse(checkout.Mismatch, "is in the vendor directory and cannot be used: "+err.Error())
		return
	}
	entry.Fetched = o.Date
	switch {
	case !known:
		out.Added = append(out.Added, entry)
	case before.SHA256 == entry.SHA256 && before.Resolved == entry.Resolved && before.Path == entry.Path:
		return
	default:
		out.Updated = append(out.Updated, entry)
	}
	d.entries[n.normal()] = entry
}

// resolve finds the content in the place of a need.
func (d *Dir) resolve(n Need) (e Entry, err error) {
	f := Found{Entry: Entry{Need: n, Path: n.Place()}}
	switch n.Kind {
	case Chart:
		f.Entry.Path, err = d.archive(n.Place())
	case Git:
		f.Entry.Resolved, err = d.resolveGit(n)
	}
	if err == nil {
		f.Entry.SHA256, err = d.content(n, &f)
	}
	return f.Entry, err
}

// archive returns the only archive of a directory.
func (d *Dir) archive(dir string) (name string, err error) {
	entries, err := fs.ReadDir(d.root.FS(), dir)
	if err != nil {
		return "", reason(err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !strings.HasSuffix(e.Name(), ".tgz") })
	if len(entries) != 1 {
		return "", errors.New("there is not one archive (.tgz) in its directory " + dupcheck.Quote(dir))
	}
	return path.Join(dir, entries[0].Name()), nil
}

// fullRef returns the full name of a ref.
var fullRef = regexp.MustCompile(`^refs/[A-Za-z0-9_/-][A-Za-z0-9_./-]*$`)

// resolveGit returns the commit of a need, according to the refs of its mirror.
func (d *Dir) resolveGit(n Need) (commit string, err error) {
	repo, err := d.mirror(n.Place())
	if err != nil {
		return "", err
	}
	refs, err := repo.Refs(d.ctx)
	if err != nil {
		return "", errors.New("its refs cannot be read")
	}
	name := n.Version
	switch {
	case name == "" || name == "HEAD":
		name = "HEAD"
	case n.Select == Newest:
		name, err = refs.Newest(name)
	case n.Select == NewestOrName:
		name, err = refs.Find(name)
	case isOtherRef(name):
	default:
		name, err = refs.Named(name)
	}
	if err != nil {
		return "", err
	}
	if commit, err = repo.Commit(d.ctx, name); err != nil || !revision.IsHash(commit) {
		return "", errors.New("its mirror has no such commit")
	}
	return commit, nil
}

// isOtherRef says whether a name is that of a ref that is neither a branch nor a tag.
func isOtherRef(name string) bool {
	return fullRef.MatchString(name) && !strings.Contains(name, "..") && !strings.HasPrefix(name, "refs/heads/") && !strings.HasPrefix(name, "refs/tags/")
}
