package gate

import (
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// settings are parsed options.
type settings struct {
	o         Options
	args      []string
	rules     dupcheck.Rules
	decisions policy.Decisions
	paths     *policy.Paths
	allowed   *policy.Allowances
	pool      render.Pool
	with      renderOptions
	notes     []policy.Note
}

// newSettings parses the options that need no file.
func newSettings(args []string, o Options) (*settings, error) {
	x := &settings{o: o, args: args, pool: o.Pool, paths: &policy.Paths{}, decisions: o.Decisions}
	rules, ignore, err := o.Policy.Rules(o.Rules)
	if err != nil {
		return x, err
	}
	x.rules, x.decisions.Ignore = rules, append(slices.Clip(o.Decisions.Ignore), ignore...)
	x.rules.ShowValues, x.rules.HelmHooks = o.ShowValues, o.HelmHooks
	paths, err := o.Policy.Paths()
	if err != nil {
		return x, err
	}
	x.paths, x.rules.NamespaceOf = paths, paths.NamespaceOf()
	x.allowed, err = o.Policy.Allowances(paths)
	return x, err
}

// unusedSettings says which settings had no effect: they may be misspelt.
func (x *settings) unusedSettings() {
	x.warn(x.allowed.UnusedParts()...)
	for _, v := range x.with.values {
		if !v.used {
			x.warn(&policy.OptionError{Option: "helm-values", Value: v.name, Reason: "was used for no chart: it has to be in the checkout"})
		}
	}
}

// warn warns of settings that had no effect.
func (x *settings) warn(unused ...*policy.OptionError) {
	x.notes = append(x.notes, policy.Unused(unused...)...)
}

func (x *settings) warnf(format string, args ...any) {
	x.notes = append(x.notes, policy.Note{Text: fmt.Sprintf(format, args...), Warning: true})
}

// progress tells how far the work is.
func (x *settings) progress(p Progress) {
	if x.o.Progress != nil {
		x.o.Progress(p)
	}
}
