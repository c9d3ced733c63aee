package propose

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// tools are the groups of commands about deployers.
var tools = map[gitops.Tool]string{gitops.ArgoCD: "argocd", gitops.Flux: "flux"}

// checked is the result of the check of the deployers of a tool. Those that are not resolved
// are findings of the rule deploy.UnresolvedDeployer.
type checked struct {
	report dupcheck.Report
	found  bool // whether there are any
}

// deployers checks the deployers of a tool, or only their names.
func (o Options) deployers(ctx context.Context, tool gitops.Tool, settings policy.Policy, names bool) (out checked, err error) {
	how := setup.Options{Policy: settings, Rules: o.Gate.Rules, NoRender: names}
	how.Tool, how.Pool, how.Helm, how.Vendored = tool, o.Gate.Pool, o.Gate.Helm, o.Gate.Vendored
	of, err := setup.Open(ctx, how)
	if err != nil {
		return out, err
	}
	defer of.Close()
	tree, err := of.Tree()
	if err != nil {
		return out, err
	}
	of.Check.UnresolvedAsFindings = true
	c, err := deploy.NewResolver(of.Resolve).Check(ctx, tree, of.Check)
	s := c.Snapshot
	return checked{c.Report, len(s.Deployers)+len(s.Named)+len(s.Unexpanded) > 0}, err
}

// unresolved returns the deployers whose objects are not known.
func (c checked) unresolved() (all []dupcheck.Diagnostic) {
	for _, d := range c.report.Diagnostics {
		if d.Rule == deploy.UnresolvedDeployer {
			all = append(all, d)
		}
	}
	return all
}

// mostAllowed is how many deployers may get an allowance. With more of them nearly each
// new one would need one as well, and a team would no longer read them.
const mostAllowed = 10

// more adds a check of deployers to the gate: a check of all their objects if nearly all are
// known, else a check of their names.
func (x *maker) more(tool gitops.Tool, settings policy.Policy) error {
	all, err := x.o.deployers(x.ctx, tool, settings, false)
	if err == nil && !all.found && tool == gitops.ArgoCD { // without its root there is nothing to check
		x.p.Lines = append(x.p.Lines, x.repository.rootsOf(all.report)...)
	}
	if err != nil || !all.found {
		return err
	}
	names, err := x.o.deployers(x.ctx, tool, settings, true)
	if err == nil && tool == gitops.ArgoCD && x.p.charts(x.repository, names.report) {
		if settings, err = policy.Parse(x.p.YAML()); err == nil {
			names, err = x.o.deployers(x.ctx, tool, settings, true)
		}
		all.report.Unread = slices.DeleteFunc(all.report.Unread, mayDeclare)
	}
	if err != nil {
		return err
	}
	unresolved := all.unresolved()
	x.p.opaque(unresolved)
	name := tools[tool] + " check"
	ran := Ran{Command: x.p.command(name, ""), Report: all.report}
	x.p.Impact = append(x.p.Impact, x.p.command(tools[tool]+" impact", "--base BASE "))
	switch errors := all.report.Count(dupcheck.Error); {
	case len(unresolved) <= mostAllowed && len(all.report.Unread) == 0 && all.report.Objects > 0 && errors <= names.report.Count(dupcheck.Error):
		for _, d := range unresolved {
			l := Line{Field: AllowUnresolved, Value: d.ID.Kind + " " + strings.TrimPrefix(d.ID.Namespace+"/"+d.ID.Name, "/"), Reason: dupcheck.Quote(d.Message), Cause: d.Code, Deployer: true}
			switch i := slices.IndexFunc(x.p.Lines, func(other Line) bool { return other.Deployer && other.Value == l.Value }); {
			case i < 0:
				x.p.Lines = append(x.p.Lines, l)
			case x.p.Lines[i].Cause != l.Cause: // it is in two clusters
				x.p.Lines[i].Cause = ""
			}
		}
		x.p.Gate = append(x.p.Gate, ran)
		return nil
	case len(names.report.Unread) > 0:
		x.p.Later = append(x.p.Later, Ran{Command: "kuniq " + name + " --no-render .", Report: names.report, Names: true})
		return nil
	}
	x.p.Gate = append(x.p.Gate, Ran{Command: "kuniq " + name + " --no-render .", Report: names.report, Names: true, Unresolved: len(unresolved)})
	return nil
}

// kustomizations deploy no charts.
var kustomizations = dupcheck.GroupKind{Group: gitops.KustomizeGroup, Kind: "Kustomization"}

// opaque turns changes of values and versions alone into a warning, if there are deployers
// whose charts are elsewhere: otherwise each update of one would fail.
func (p *Proposal) opaque(unresolved []dupcheck.Diagnostic) {
	n := 0
	for _, d := range unresolved {
		if d.Code == checkout.Remote && d.ID.GroupKind() != kustomizations {
			n++
		}
	}
	charts := slices.ContainsFunc(p.Missing, func(n vendored.Need) bool { return n.Kind == vendored.Chart })
	if n == 0 || !charts || len(p.values(Severity)) > 0 {
		return
	}
	p.Lines = append(p.Lines, Line{Field: Severity, Value: "opaque-change=warning", Because: []string{
		"the charts of " + report.Count(n, "deployer") + " are not available, and each new version of one would fail kuniq impact. Take this out once they are",
	}})
}

// charts asks for the roots of charts that may make deployers, and allows them to stay
// unknown until then. It says whether there is such a chart.
func (p *Proposal) charts(r repository, names dupcheck.Report) bool {
	roots := r.rootsOf(names)
	p.Lines = append(p.Lines, roots...)
	for _, u := range names.Unread {
		if !mayDeclare(u) {
			continue
		}
		same := func(l Line) bool {
			return l.Field == AllowUnresolved && !l.Deployer && l.Value == policy.Literal(u.File)
		}
		if i := slices.IndexFunc(p.Lines, same); i >= 0 {
			p.Lines[i].Cause = "" // this is another one
		} else {
			p.Lines = append(p.Lines, Line{Field: AllowUnresolved, Value: policy.Literal(u.File), Reason: "unresolved: " + deploy.MayDeclare})
		}
	}
	return len(roots) > 0
}

// rootsOf asks for the Applications of charts that may make further ones: git does not show
// with which values they are deployed.
func (r repository) rootsOf(names dupcheck.Report) (lines []Line) {
	for _, u := range unknown(names) {
		if !mayDeclare(u) || !plainPath.MatchString(u.File) {
			continue
		}
		values := r.valuesOf(u.File)
		lines = append(lines, Line{
			Field: Roots, Value: path.Base(u.File), Open: true,
			Because: []string{u.File + " may make Applications. Write down the one that deploys it, with its values (" + report.Few(values, 3) + ")"},
			entry: []string{
				"manifest:",
				"  apiVersion: argoproj.io/v1alpha1",
				"  kind: Application",
				"  metadata: {name: " + strconv.Quote(path.Base(u.File)) + ", namespace: argocd}",
				"  spec:",
				"    source: {repoURL: " + strconv.Quote(r.url()) + ", path: " + strconv.Quote(u.File) + ", targetRevision: HEAD, helm: {valueFiles: [" + strconv.Quote(values[0]) + "]}}",
				"    destination: {name: in-cluster, namespace: argocd}",
			},
		})
	}
	return lines
}

// unknown lists the parts that a report does not know, including allowed ones.
func unknown(r dupcheck.Report) []dupcheck.Unread {
	all := slices.Clone(r.Unread)
	for _, a := range r.Allowed {
		all = append(all, dupcheck.Unread{File: a.File, Reason: a.Reason})
	}
	return all
}

// mayDeclare says whether a chart that nothing deploys may make deployers.
func mayDeclare(u dupcheck.Unread) bool { return strings.Contains(u.Reason, deploy.MayDeclare) }

// valuesOf returns the values files of a chart, the more special ones first.
func (r repository) valuesOf(chart string) (names []string) {
	all, _ := fs.Glob(r.fsys, chart+"/values-*.yaml") // the pattern is one
	for _, name := range append(all, "values.yaml") {
		names = append(names, path.Base(name))
	}
	return names
}
