package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// mostStale is how many stale entries are named.
const mostStale = 10

// apply takes the findings out of the report that do not count. If it fails the
// report still has findings that may not count.
func (d debts) apply(ctx context.Context, r dupcheck.Report, x *deployed) (dupcheck.Report, error) {
	if d.write != "" {
		return d.rewrite(r)
	}
	r = r.Accept(d.accepted)
	if d.since == nil {
		return r, nil
	}
	touching, err := d.touching(ctx, r, x)
	if err != nil {
		return r, failf("--changed-since: %w", err)
	}
	return touching, nil
}

// rewrite writes what is found as the baseline. It does not if something was
// not read, or nothing was there; the verdict will say so. A baseline that
// exists may only shrink.
func (d debts) rewrite(r dupcheck.Report) (dupcheck.Report, error) {
	if len(r.Unread) > 0 || r.Objects == 0 {
		d.c.warnf("%s was not written", dupcheck.Quote(d.write))
		return r, nil
	}
	now := r.Baseline()
	data, err := readFile(d.write, mostBaseline, true)
	if err == nil {
		old, err := report.ReadBaseline(bytes.NewReader(data))
		if err != nil {
			return r, failf("%s is no baseline: %w", dupcheck.Quote(d.write), err)
		}
		if more := now.Beyond(old); len(more) > 0 {
			return r.Accept(old), failf("%s would have to accept what it does not accept yet, such as %s (%d in all): remove the file first if that is meant",
				dupcheck.Quote(d.write), more[0], len(more))
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return r, failf("%s: %w", dupcheck.Quote(d.write), err)
	}
	if err := writeBaseline(d.write, now); err != nil {
		return r, failf("writing the baseline: %w", err)
	}
	d.c.sayf("%d accepted in %s", len(now), dupcheck.Quote(d.write))
	return r.Accept(now), nil
}

// writeBaseline writes all of the file or nothing.
func writeBaseline(name string, b dupcheck.Baseline) error {
	var out bytes.Buffer
	if err := report.WriteBaseline(&out, b); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(out.Bytes())
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the error to tell is the first one
	}
	return err
}

// warnStale names what a baseline accepts in vain.
func (c Command) warnStale(r dupcheck.Report) {
	for i, a := range r.Stale {
		if i == mostStale {
			c.warnf("the baseline accepts %d more that are gone", len(r.Stale)-mostStale)
			break
		}
		c.warnf("the baseline accepts %s, which is gone", a)
	}
	if len(r.Stale) > 0 {
		c.warnf("--write-baseline takes what is gone out of the baseline")
	}
}
