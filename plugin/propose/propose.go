package propose

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Options say how to examine a repository. The zero value is ready for use.
type Options struct {
	// Gate has the options of the check. Its Policy and Decisions are not used.
	Gate gate.Options
	// Helm is the user's name for the command of Gate.Helm, and Vendor the directory of
	// Gate.Vendored.
	Helm, Vendor string
}

// Proposal is the proposal for a repository.
type Proposal struct {
	// Lines are the settings of kuniq.yaml.
	Lines []Line
	// Baseline are the old findings.
	Baseline dupcheck.Baseline
	// Deployers are the collisions of deployers. The gate reports those that it sees
	// for as long as they are there.
	Deployers []Collision
	// Gate are the commands of the gate with their reports.
	Gate []Ran
	// Impact are the commands that list the deletions of a pull request. BASE stands for the
	// revision before it.
	Impact []string
	// Later are further commands, which cannot be a part of the gate yet, because they leave
	// something unread.
	Later []Ran
	// Helm is the name of the helm command, and Vendor the directory with content from
	// elsewhere. Each may be empty.
	Helm, Vendor string
	// Missing are the needs from elsewhere that are not available.
	Missing []vendored.Need
	// Platform is the CI system.
	Platform Platform

	hasGitLabFile bool
}

// Ran is a command of the gate, and its findings with the proposed settings.
type Ran struct {
	Command string
	Report  dupcheck.Report
	// Names says that only names were checked, and no objects. Unresolved is the number of
	// deployers whose objects are not known.
	Names      bool
	Unresolved int
}

// Make examines the working directory. Errors are those of gate.Check.
func Make(ctx context.Context, o Options) (*Proposal, error) {
	root, err := os.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	defer root.Close()
	x := &maker{ctx: ctx, o: o, p: &Proposal{Helm: o.Helm, Vendor: o.Vendor}}
	x.tree = checkout.Find(root.FS(), []string{"."}, checkout.Options{})
	x.repository = lookAround(ctx, root.FS())
	x.p.Platform = platformOf(root.FS())
	x.p.hasGitLabFile = checkout.IsFile(root.FS(), gitLabFile)
	if err := x.settle(); err != nil {
		return nil, err
	}
	return x.p, x.run()
}

// here is what the gate checks.
var here = []string{"."}

// maker makes a Proposal.
type maker struct {
	ctx  context.Context
	o    Options
	p    *Proposal
	tree *checkout.Tree

	objects    []gate.Listed
	declared   declared
	repository repository
	synced     map[string]bool // directories that a Kustomization of Flux in them names
	found      dupcheck.Report // with the settings so far
	refused    map[string]bool // targets that are refused because of a duplicate
}

// settle finds the settings, each with the earlier ones in force.
func (x *maker) settle() error {
	if err := x.inventory(); err != nil {
		return err
	}
	x.p.Deployers = collisions(x.objects)
	x.p.Lines = []Line{{Field: Strict, Value: "true", Because: []string{"kuniq guesses nothing: this file has all that is left out"}}}
	x.p.Lines = append(x.p.Lines, x.declared.known(x.repository)...)
	if err := x.p.vendor(x.ctx, x.o); err != nil {
		return err
	}
	if err := x.sets(); err != nil {
		return err
	}
	if err := x.together(); err != nil {
		return err
	}
	x.p.Lines = append(x.p.Lines, x.skips()...)
	if err := x.allowances(); err != nil {
		return err
	}
	x.baseline()
	return nil
}

// inventory reads all objects.
func (x *maker) inventory() error {
	v, err := gate.ReadInventory(x.ctx, here, x.options(policy.Policy{Strict: true}), x.declared.read)
	if err != nil {
		return err
	}
	x.objects, x.synced = slices.Collect(v.Objects()), map[string]bool{}
	applied := map[dupcheck.ID][]string{} // by Kustomization of Flux, its directories
	for _, k := range x.declared.Kustomizations {
		applied[k.ID("")] = append(applied[k.ID("")], gitops.CleanDir(k.Spec.Path))
	}
	places := map[dupcheck.ID]dupcheck.Position{}
	for _, o := range x.objects {
		if places[o.ID].File == "" {
			places[o.ID] = o.Object.At
		}
		for _, dir := range applied[o.ID] {
			if strings.HasPrefix(o.Object.At.File, dir+"/") {
				x.synced[dir] = true
			}
		}
	}
	x.declared.place(places)
	return nil
}

// check checks with the settings so far.
func (x *maker) check() error {
	res, _, err := x.gate()
	if err != nil {
		return err
	}
	x.found = res.Report
	return nil
}

// options returns the options of a check with some settings.
func (x *maker) options(p policy.Policy) gate.Options {
	o := x.o.Gate
	o.Policy = p
	return o
}

// baseline accepts the remaining errors, except those about deployers, and those that refuse
// a target: the target would be unread.
func (x *maker) baseline() {
	old := x.found
	old.Diagnostics = slices.DeleteFunc(slices.Clone(old.Diagnostics), func(d dupcheck.Diagnostic) bool {
		return d.Severity != dupcheck.Error || decides(d.ID) || slices.ContainsFunc(d.Declarations, func(o dupcheck.Declaration) bool { return x.refused[o.Origin] })
	})
	x.p.Lines = slices.DeleteFunc(x.p.Lines, func(l Line) bool { return l.Field == Baseline })
	if x.p.Baseline = old.Baseline(); len(x.p.Baseline) == 0 {
		return
	}
	x.p.Lines = append(x.p.Lines, Line{Field: Baseline, Value: BaselineFile, Because: []string{
		report.Count(len(x.p.Baseline), "finding") + " of today, which do not fail the gate; a new one does",
	}})
}

// run runs the commands of the gate.
func (x *maker) run() error {
	res, settings, err := x.gate()
	if err != nil {
		return err
	}
	if x.refused = refused(res.Report); len(x.refused) > 0 && len(x.p.Baseline) > 0 {
		x.baseline()
		if res, settings, err = x.gate(); err != nil {
			return err
		}
	}
	x.p.Gate = []Ran{{Command: x.p.command("check", ""), Report: res.Report}}
	for _, tool := range []gitops.Tool{gitops.ArgoCD, gitops.Flux} {
		if err := x.more(tool, settings); err != nil {
			return err
		}
	}
	x.p.tell()
	return nil
}

// tell records for each collision of deployers how the gate reports it.
func (p *Proposal) tell() {
	reported := func(all []Ran, id dupcheck.ID) bool {
		return slices.ContainsFunc(all, func(ran Ran) bool {
			return slices.ContainsFunc(ran.Report.Diagnostics, func(d dupcheck.Diagnostic) bool { return d.ID == id && d.Severity == dupcheck.Error })
		})
	}
	for i := range p.Deployers {
		switch c := &p.Deployers[i]; {
		case reported(p.Gate, c.ID):
			c.Told = "the gate reports it; no baseline and no set takes it out"
		case c.Told != "":
		case reported(p.Later, c.ID):
			c.Told = "a command reports it that cannot be a part of the gate yet"
		default:
			c.Told = "the gate does not report it: they are not deployed together, or one of them is not deployed; make sure of that"
		}
	}
}

// gate checks with the settings as they are read from the file.
func (x *maker) gate() (*gate.Result, policy.Policy, error) {
	settings, err := policy.Parse(x.p.YAML())
	if err != nil {
		return nil, settings, err
	}
	o := x.options(settings)
	o.Decisions.Accepted = x.p.Baseline
	res, err := gate.Check(x.ctx, here, o)
	return res, settings, err
}

// refused returns the targets whose objects a report lacks because one of the objects is in
// them twice.
func refused(r dupcheck.Report) map[string]bool {
	out := map[string]bool{}
	for _, u := range r.Unread {
		if u.Code == checkout.Duplicate {
			out[u.File] = true
		}
	}
	return out
}

// command returns a command with the flags of all commands.
func (p *Proposal) command(name, more string) string {
	command := "kuniq " + name + " " + more
	if p.Helm != "" {
		command += "--helm " + p.Helm + " "
	}
	if p.Vendor != "" {
		command += "--vendor " + p.Vendor + " "
	}
	return command + "."
}
