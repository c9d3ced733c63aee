package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// WriteBaseline writes the findings of a report as a baseline, all of the file or
// nothing. A baseline that exists may only shrink: if it would have to accept more,
// that is an error, and the old one is returned and stays.
func WriteBaseline(ctx context.Context, name string, r dupcheck.Report) (dupcheck.Baseline, error) {
	now := r.Baseline()
	old, err := Source{}.Baseline(ctx, name, true)
	var invalid *InvalidError
	switch {
	case errors.As(err, &invalid):
		return nil, fmt.Errorf("%s is no baseline: %w", dupcheck.Quote(name), invalid.Err)
	case err != nil && !errors.Is(err, ErrAbsent):
		return nil, err
	case err == nil:
		if more := now.Beyond(old); len(more) > 0 {
			return old, fmt.Errorf("%s would have to accept what it does not accept yet, such as %s (%d in all): remove the file first if that is meant",
				dupcheck.Quote(name), more[0], len(more))
		}
	}
	var out bytes.Buffer
	if err = report.WriteBaseline(&out, now); err == nil {
		err = replace.File(name, out.Bytes(), 0o644)
	}
	if err != nil {
		return nil, fmt.Errorf("writing the baseline: %w", err)
	}
	return now, nil
}
