package impact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Headline is the first line of a report: what a reviewer has to know.
func (i Impact) Headline() string {
	var lost []Loss
	var owners []dupcheck.ID
	unknown := 0
	for _, c := range i.Owners {
		if c.Allowed == nil && slices.ContainsFunc(c.Findings, isUnknown) {
			unknown++
		}
		gone := filter(c.Lost, Loss.deleted)
		if c.Allowed != nil || len(gone) == 0 {
			continue
		}
		owners, lost = append(owners, c.Owner), append(lost, gone...)
	}
	switch {
	case len(lost) > 0:
		slices.SortStableFunc(lost, compareLosses)
		return fmt.Sprintf("%s%s of %s would be %s: %s", i.removed(),
			those(len(lost), "object", "objects"), ownersNamed(owners), deletedHow(lost), kinds(lost))
	case unknown > 0:
		return fmt.Sprintf("what would be deleted is not known: %s", those(unknown, "owner changes and could not be resolved", "owners change and could not be resolved"))
	case i.Fails():
		return "no object would be deleted for certain, but see below"
	case slices.ContainsFunc(i.Owners, func(c Change) bool { return c.Allowed != nil }):
		return "no object would be deleted beyond what is allowed"
	}
	return "no object would be deleted"
}

func isUnknown(f Finding) bool {
	return f.Rule == UnresolvedChange && f.Severity == dupcheck.Error
}

// removed says what git shows, which is where people look.
func (i Impact) removed() string {
	switch {
	case !i.Git.Known:
		return ""
	case i.Git.Objects == 0:
		return "nothing was removed from git, yet "
	}
	return fmt.Sprintf("%s removed from git, and ", those(i.Git.Objects, "object was", "objects were"))
}

// ownersNamed names the owners if they are few.
func ownersNamed(owners []dupcheck.ID) string {
	if len(owners) == 1 {
		return shortName(owners[0])
	}
	kind := owners[0].Kind
	for _, o := range owners {
		if o.Kind != kind {
			kind = "owner"
		}
	}
	return fmt.Sprintf("%d %s", len(owners), plural(kind))
}

// deletedHow says how objects go.
func deletedHow(lost []Loss) string {
	pruned := slices.ContainsFunc(lost, func(l Loss) bool { return l.Fate == Pruned })
	deleted := slices.ContainsFunc(lost, func(l Loss) bool { return l.Fate == Deleted })
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
func kinds(lost []Loss) string {
	var names []string
	counts := map[string]int{}
	for _, l := range lost {
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
		parts = append(parts, those(counts[name], dupcheck.Quote(name), dupcheck.Quote(plural(name))))
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d more", rest))
	}
	return strings.Join(parts, ", ")
}

// plural is that of a kind, as its name is in English.
func plural(kind string) string {
	switch {
	case kind == "" || strings.HasSuffix(kind, "Endpoints"):
		return kind
	case strings.HasSuffix(kind, "y") && !strings.ContainsAny(kind[max(0, len(kind)-2):len(kind)-1], "aeiou"):
		return kind[:len(kind)-1] + "ies"
	case strings.HasSuffix(kind, "s"), strings.HasSuffix(kind, "x"), strings.HasSuffix(kind, "ch"), strings.HasSuffix(kind, "sh"):
		return kind + "es"
	}
	return kind + "s"
}

func those(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func paths(fields []FieldChange) string {
	var out []string
	for _, f := range fields {
		if f.Role != ProjectRole {
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
		return fmt.Sprintf("%s from %s to %s", path, quoteBrief(f.Before), quoteBrief(f.After))
	case f.After != "":
		return fmt.Sprintf("%s to %s", path, quoteBrief(f.After))
	case f.Before != "":
		return fmt.Sprintf("%s from %s to nothing", path, quoteBrief(f.Before))
	}
	return path
}

// mostBrief is how much of one value a message repeats.
const mostBrief = 253

func quoteBrief(s string) string {
	if len(s) > mostBrief {
		s = strings.ToValidUTF8(s[:mostBrief], "") + "..."
	}
	return dupcheck.QuoteAlways(s)
}

// Summary is the last line of a report.
func (i Impact) Summary() string {
	errors, warnings := 0, len(i.Unused)
	if i.Hidden != "" {
		warnings++
	}
	for _, c := range i.Owners {
		for _, f := range c.Findings {
			switch f.Severity {
			case dupcheck.Error:
				errors++
			case dupcheck.Warning:
				warnings++
			}
		}
	}
	parts := []string{those(i.Compared, "owner", "owners") + " compared", fmt.Sprintf("%d changed", len(i.Owners))}
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, those(n, one, many))
		}
	}
	add(errors, "error", "errors")
	add(warnings, "warning", "warnings")
	add(len(i.Used), "allowance used", "allowances used")
	add(len(i.Unused), "allowance unused", "allowances unused")
	return strings.Join(parts, ", ")
}
