package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Headline is the first line of a report: the verdict for a reviewer.
func (i Impact) Headline() string {
	var removed []RemovedObject
	var deployers []dupcheck.ID
	for _, c := range i.Deployers {
		gone := filter(c.Removed, RemovedObject.deleted)
		if c.Allowed != nil || len(gone) == 0 {
			continue
		}
		deployers, removed = append(deployers, c.Deployer), append(removed, gone...)
	}
	switch {
	case len(removed) > 0:
		slices.SortStableFunc(removed, compareRemoved)
		return fmt.Sprintf("%s%s of %s would be %s: %s", i.gitRemovals(),
			report.Count(len(removed), "object", "objects"), deployersNamed(deployers), deletedHow(removed), kinds(removed))
	case i.Unknown > 0:
		return fmt.Sprintf("the deletions are not known: %s", report.Count(i.Unknown, "deployer changes and could not be resolved", "deployers change and could not be resolved"))
	case i.Compared == 0 && !i.Fails():
		return "nothing was compared: there is no deployer in either of them"
	case i.Passed > 0 && !i.Fails():
		return fmt.Sprintf("no object would be deleted, as far as is known: %s", report.Count(i.Passed, "deployer changes that need not be known", "deployers change that need not be known"))
	case i.Fails(), slices.ContainsFunc(i.General, Finding.hides), slices.ContainsFunc(i.Deployers, func(c Change) bool {
		return c.Forced || slices.ContainsFunc(c.Removed, func(r RemovedObject) bool { return r.raced })
	}):
		return "no object would be deleted for certain, but see below"
	case slices.ContainsFunc(i.Deployers, func(c Change) bool { return c.Allowed != nil }):
		return "no object would be deleted beyond what is allowed"
	}
	return "no object would be deleted"
}

// hides says whether deletions may be unseen because of a finding about no deployer.
func (f Finding) hides() bool {
	return f.Severity == dupcheck.Warning && (f.Rule == deploy.AlternativeRoots || f.Rule == deploy.ApplicationCollision)
}

// Coverage is the second line of a report: how much the verdict is about.
func (i Impact) Coverage() string {
	all := i.Resolved + i.Unresolved
	text := fmt.Sprintf("%d of %s resolved", i.Resolved, report.Count(all, "deployer", "deployers"))
	for _, n := range []struct {
		n    int
		what string
	}{{i.Unresolved - i.UnresolvedChanged, "unchanged"}, {i.UnresolvedChanged, "changed"}} {
		if n.n > 0 {
			text += fmt.Sprintf("; %d unresolved and %s", n.n, n.what)
		}
	}
	return text
}

// gitRemovals says how much a person sees in git.
func (i Impact) gitRemovals() string {
	switch {
	case !i.Git.Known:
		return ""
	case i.Git.Objects == 0:
		return "nothing was removed from git, yet "
	}
	return fmt.Sprintf("%s removed from git, and ", report.Count(i.Git.Objects, "object was", "objects were"))
}

// deployersNamed names the deployers if they are few.
func deployersNamed(deployers []dupcheck.ID) string {
	if len(deployers) == 1 {
		return deploy.ShortName(deployers[0])
	}
	kind := deployers[0].Kind
	for _, o := range deployers {
		if o.Kind != kind {
			kind = "deployer"
		}
	}
	return report.Count(len(deployers), kind)
}

// deletedHow says how objects go.
func deletedHow(removed []RemovedObject) string {
	pruned := slices.ContainsFunc(removed, func(r RemovedObject) bool { return r.Outcome == Pruned })
	deleted := slices.ContainsFunc(removed, func(r RemovedObject) bool { return r.Outcome == Deleted })
	switch {
	case pruned && deleted:
		return "pruned or deleted"
	case deleted:
		return "deleted"
	}
	return "pruned"
}

// mostKinds is how many kinds a sentence names.
const mostKinds = 12

// kinds counts objects by kind, those with state first.
func kinds(removed []RemovedObject) string {
	var names []string
	counts := map[string]int{}
	for _, l := range removed {
		if counts[l.ID.Kind] == 0 {
			names = append(names, l.ID.Kind)
		}
		counts[l.ID.Kind]++
	}
	var parts []string
	rest := 0
	for i, name := range names {
		if i >= mostKinds {
			rest += counts[name]
			continue
		}
		parts = append(parts, report.Count(counts[name], dupcheck.Quote(name)))
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d more", rest))
	}
	return strings.Join(parts, ", ")
}

func paths(fields []FieldChange) string {
	var out []string
	for _, f := range fields {
		if f.Role != deploy.ProjectRole {
			out = append(out, dupcheck.Quote(f.Path))
		}
	}
	return strings.Join(out, ", ")
}

// show names a changed field with its values, if they are to be shown.
func (f FieldChange) show() string {
	path := dupcheck.Quote(f.Path)
	switch {
	case f.Before != "" && f.After != "":
		return fmt.Sprintf("%s from %s to %s", path, dupcheck.QuoteBrief(f.Before), dupcheck.QuoteBrief(f.After))
	case f.After != "":
		return fmt.Sprintf("%s to %s", path, dupcheck.QuoteBrief(f.After))
	case f.Before != "":
		return fmt.Sprintf("%s from %s to nothing", path, dupcheck.QuoteBrief(f.Before))
	}
	return path
}

// findings are those that were made, about deployers and about none.
func (i Impact) findings() []Finding {
	all := slices.Clone(i.General)
	for _, c := range i.Deployers {
		all = append(all, c.Findings...)
	}
	return all
}

// severities are the numbers of errors and of warnings.
func (i Impact) severities() (errors, warnings int) {
	warnings = len(i.Unused)
	if i.Hidden != "" {
		warnings++
	}
	for _, f := range i.findings() {
		switch f.Severity {
		case dupcheck.Error:
			errors++
		case dupcheck.Warning:
			warnings++
		}
	}
	return errors, warnings
}

// Summary is the last line of a report.
func (i Impact) Summary() string {
	errors, warnings := i.severities()
	parts := []string{report.Count(i.Compared, "deployer", "deployers") + " compared", fmt.Sprintf("%d changed", len(i.Deployers))}
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, report.Count(n, one, many))
		}
	}
	add(errors, "error", "errors")
	add(warnings, "warning", "warnings")
	add(i.Ignored, "ignored", "ignored")
	add(len(i.Used), "allowance used", "allowances used")
	add(len(i.Unused), "allowance unused", "allowances unused")
	return strings.Join(parts, ", ")
}
