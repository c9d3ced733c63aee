package vendored

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// Trust restricts the lock to the entries that are also in the lock at base, if the
// directory is in git: if head has its lock, or a submodule with it that base does not have
// at the same commit. Otherwise a change could bring its own copies of remote content, with
// a lock that fits. A directory that is not in git stays as it is. Call it before Find.
func (d *Dir) Trust(ctx context.Context, base, head *revision.Revision) error {
	dir, err := filepath.EvalSymlinks(d.dir)
	if err != nil {
		return reason(err)
	}
	lock := filepath.Join(dir, LockFile)
	if _, inside := head.Place(lock); !inside {
		return nil
	}
	if _, err := head.ReadFile(ctx, lock, mostLock); errors.Is(err, revision.ErrAbsent) {
		now, err := head.Submodule(ctx, lock)
		if err != nil {
			return checkout.Errorf(checkout.Unreadable, "the submodules of %s cannot be read: %s", dupcheck.QuoteAlways(head.Name()), err)
		}
		if was, err := base.Submodule(ctx, lock); now == "" || err == nil && was == now {
			return nil
		}
	}
	var known []Entry
	switch text, err := base.ReadFile(ctx, lock, mostLock); {
	case err == nil:
		if known, err = parseLock(text); err != nil {
			return checkout.Errorf(checkout.Invalid, "the lock %s of %s cannot be read: %s", LockFile, dupcheck.QuoteAlways(base.Name()), err)
		}
	case !errors.Is(err, revision.ErrAbsent):
		return checkout.Errorf(checkout.Unreadable, "the lock %s of %s cannot be read: %s", LockFile, dupcheck.QuoteAlways(base.Name()), err)
	}
	same := map[Need]Entry{}
	for _, e := range known {
		same[e.normal()] = e
	}
	for key, e := range d.entries {
		if was := same[key]; was.SHA256 != e.SHA256 || was.Resolved != e.Resolved || was.Path != e.Path {
			d.read[key] = &thing{err: checkout.Errorf(checkout.Mismatch, "%s is in the vendor directory, and the lock of %s does not have it like this: lock it in a change of its own before this one", e.Need, dupcheck.QuoteAlways(base.Name()))}
		}
	}
	return nil
}
