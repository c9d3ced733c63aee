package gate

import (
	"context"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// CheckPlain reads a tree of manifests as they are and checks them. progress may be nil.
// If ctx is done, the error is that of ctx.
func CheckPlain(ctx context.Context, tree *manifest.Tree, rules dupcheck.Rules, progress func(Progress)) (dupcheck.Report, error) {
	x := &settings{o: Options{Progress: progress}}
	in, err := x.readPlain(ctx, tree, rules)
	if err != nil {
		return dupcheck.Report{}, err
	}
	r := in.finish()
	return r, interrupted(ctx)
}

// readPlain reads a tree of manifests as they are.
func (x *settings) readPlain(ctx context.Context, tree *manifest.Tree, rules dupcheck.Rules) (*collector, error) {
	in := &collector{checker: dupcheck.Checker{Rules: rules}}
	account := newAccount(false, 0)
	for file := range tree.Files(ctx) {
		account.read(in, file)
		x.progress(Progress{Done: in.report.Files, Objects: in.objects})
	}
	account.finish(&in.report)
	return in, interrupted(ctx)
}
