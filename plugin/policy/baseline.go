package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// writeBaseline writes the findings of a report as a baseline, the whole file or nothing,
// and returns the entries of the command. An existing baseline may only shrink: if it
// would have to accept more, that is an error, and the old one is returned and stays.
// Entries of other commands stay in any case.
func (d Decisions) writeBaseline(ctx context.Context, r dupcheck.Report) (dupcheck.Baseline, error) {
	now := r.Baseline()
	for i := range now {
		now[i].Command = d.Command
	}
	old, err := Source{}.Baseline(ctx, d.Write, true)
	own, others := d.own(old)
	var invalid *InvalidError
	switch {
	case errors.As(err, &invalid):
		return nil, fmt.Errorf("%s is not a baseline: %w", dupcheck.Quote(d.Write), invalid.Err)
	case err != nil && !errors.Is(err, ErrAbsent):
		return nil, err
	case len(own) > 0 || err == nil && len(others) == 0:
		if more := now.Beyond(own); len(more) > 0 {
			return own, fmt.Errorf("%s would have to accept what it does not accept yet, such as %s (%d in all): remove the file first if that is intended",
				dupcheck.Quote(d.Write), more[0], len(more))
		}
	}
	var out bytes.Buffer
	all := slices.SortedFunc(slices.Values(slices.Concat(others, now)), dupcheck.Accepted.Compare)
	if err = report.WriteBaseline(&out, all); err == nil {
		err = replace.File(d.Write, out.Bytes(), 0o644)
	}
	if err != nil {
		return nil, fmt.Errorf("writing the baseline: %w", err)
	}
	return now, nil
}
