package gate

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// settings are parsed options.
type settings struct {
	o       Options
	args    []string
	rules   dupcheck.Rules
	ignore  []dupcheck.Ignore
	paths   *policy.Paths
	allowed *policy.Allowances
	pool    render.Pool
	with    renderOptions
	notes   []Note
}

// newSettings parses the options that need no file.
func newSettings(args []string, o Options) (*settings, error) {
	x := &settings{o: o, args: args, pool: o.Pool, paths: &policy.Paths{}}
	var err error
	if x.rules, x.ignore, err = o.Policy.Rules(); err != nil {
		return x, err
	}
	x.rules.ShowValues, x.rules.HelmHooks = o.ShowValues, o.HelmHooks
	paths, err := policy.NewPaths(o.Policy.Set, o.Policy.Skip)
	if err != nil {
		return x, err
	}
	x.paths = paths
	x.allowed, err = policy.NewAllowances(paths, o.Policy.AllowUnresolved)
	return x, err
}

// unusedSettings says which settings had no effect: they may be misspelt.
func (x *settings) unusedSettings() {
	x.warn(x.allowed.Unused()...)
	for _, v := range x.with.values {
		if !v.used {
			x.warn(&policy.OptionError{Option: "helm-values", Value: v.name, Reason: "was used for no chart: it has to be in the checkout"})
		}
	}
}

// warn warns of settings that had no effect.
func (x *settings) warn(unused ...*policy.OptionError) {
	for _, e := range unused {
		x.notes = append(x.notes, Note{Text: e.Error(), Warning: true, Option: e.Option})
	}
}

func (x *settings) warnf(format string, args ...any) {
	x.notes = append(x.notes, Note{Text: fmt.Sprintf(format, args...), Warning: true})
}

// progress tells how far the work is.
func (x *settings) progress(p Progress) {
	if x.o.Progress != nil {
		x.o.Progress(p)
	}
}
