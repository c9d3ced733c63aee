package cli

import (
	"context"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/policy"
)

// acceptance returns what takes the accepted findings out of a report, and writes a
// baseline if that was asked for.
func acceptance(c Command, ctx context.Context, accepted dupcheck.Baseline, write string) func(dupcheck.Report) (dupcheck.Report, error) {
	return func(r dupcheck.Report) (dupcheck.Report, error) {
		switch {
		case write == "":
			return r.Accept(accepted), nil
		case len(r.Unread) > 0 || r.Objects == 0: // the verdict will say so
			c.warnf("%s was not written", dupcheck.Quote(write))
			return r, nil
		}
		b, err := policy.WriteBaseline(ctx, write, r)
		if err != nil {
			return r.Accept(b), failf("%w", err)
		}
		c.sayf("%d accepted in %s", len(b), dupcheck.Quote(write))
		return r.Accept(b), nil
	}
}
