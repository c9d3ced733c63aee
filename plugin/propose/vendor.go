package propose

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// VendorDir is the proposed directory for content that is fetched from elsewhere.
const VendorDir = ".kuniq-vendor"

// needs says how many needs of which kind there are.
func needs(all []vendored.Need) string {
	var parts []string
	for _, k := range []vendored.Kind{vendored.Chart, vendored.Git, vendored.Artifact, vendored.File} {
		of := slices.DeleteFunc(slices.Clone(all), func(n vendored.Need) bool { return n.Kind != k })
		if len(of) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", k, len(of)))
		}
	}
	return strings.Join(parts, ", ")
}

// vendor asks for a directory with the needs from elsewhere.
func (p *Proposal) vendor(ctx context.Context, o Options) error {
	settings, err := policy.Parse(p.YAML())
	if err != nil {
		return err
	}
	from, ok := o.Gate.Vendored.(*vendored.Dir)
	if !ok || from == nil {
		from = &vendored.Dir{}
	}
	of := setup.Options{Policy: settings, Rules: o.Gate.Rules}
	of.Pool, of.Helm = o.Gate.Pool, o.Gate.Helm
	requests, err := setup.Needs(ctx, of, from)
	if err != nil {
		return err
	}
	var missing []vendored.Need
	for _, n := range vendored.Needs(requests) {
		if _, err := from.Find(vendored.Request{Need: n.Need}); err != nil {
			missing = append(missing, n.Need)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	p.Missing = missing
	p.Lines = append(p.Lines, Line{Field: Vendor, Value: strconv.Quote(cmp.Or(o.Vendor, VendorDir)), Open: true, Because: []string{
		report.Count(len(missing), "thing is", "things are") + " needed from elsewhere and not available (" + needs(missing) + ")",
		p.VendorCommand() + " prints a script that fetches all. A trusted job runs it; then take the # away",
	}})
	return nil
}

// VendorCommand returns the command that prints the script for Missing, or "".
func (p *Proposal) VendorCommand() string {
	command := "kuniq vendor --script"
	switch {
	case len(p.Missing) == 0:
		return ""
	case p.Vendor != "":
		command += " --vendor " + p.Vendor
	}
	return command
}
