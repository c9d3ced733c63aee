package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// summary returns the last line of the formats for people. It calls the input
// free of duplicates only if all of it was read and something was in it.
func summary(r dupcheck.Report, o Options) string {
	parts := []string{Count(r.Files, "file", "files"), Count(r.Objects, "object", "objects")}
	parts = append(parts, levelCounts(r)...)
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Count(n, one, many))
		}
	}
	add(len(r.Unread), "unread", "unread")
	if len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		parts = append(parts, clean(r, o))
	}
	add(r.CountSuppressed(dupcheck.ByIgnore), "ignored", "ignored")
	add(r.CountSuppressed(dupcheck.ByNotDeployedTogether), "not deployed together", "not deployed together")
	add(r.CountSuppressed(dupcheck.ByBaseline), "in the baseline", "in the baseline")
	add(r.CountSuppressed(dupcheck.ByChange), "untouched by the change", "untouched by the change")
	add(len(r.Stale), "stale in the baseline", "stale in the baseline")
	add(len(r.Skipped), "skipped", "skipped")
	line := strings.Join(parts, ", ")
	if s := named(r.Claims, mostSummed, files); s != "" {
		line += "; rendered: " + s
	}
	if s := named(r.LeftOut, mostSummed, files); s != "" {
		line += "; left out: " + s
	}
	return line
}

func files(n int) string { return Count(n, "file") }

// mostSummed is how many names a line has of a sort.
const mostSummed = 3

// named lists the names with the largest numbers, most of them one by one.
func named(counts map[string]int, most int, number func(int) string) string {
	names := mostOften(counts)
	var parts []string
	for i, name := range names {
		if i == most && len(names) > i+1 {
			return strings.Join(parts, ", ") + fmt.Sprintf(" and %d more", len(names)-i)
		}
		parts = append(parts, show(name)+" ("+number(counts[name])+")")
	}
	return strings.Join(parts, ", ")
}

// mostOften are the names, those with the largest numbers first.
func mostOften(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
}

// clean says that nothing was found, or that there was nothing to find.
func clean(r dupcheck.Report, o Options) string {
	if r.Objects == 0 {
		return "nothing was checked"
	}
	if o.Clean != "" {
		return o.Clean
	}
	if len(r.Suppressed) > 0 {
		return "no other duplicates"
	}
	return "no duplicates"
}
