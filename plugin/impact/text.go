package impact

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/kuniq/kuniq/dupcheck/report"
)

// layouts are the reports for people: "text", and "markdown" for a comment on a
// pull request.
//
//go:embed data/*.tmpl data/impact.html
var layouts embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"safe": report.Sentence, "where": report.At, "escape": report.Markup, "code": code, "exact": exact, "groups": groups,
	}).ParseFS(layouts, "data/*.tmpl"))
})

// view is an Impact as the layouts see it.
type view struct {
	Impact
	options WriteOptions
}

// Notes are lines about what need not be known.
func (v view) Notes() []string { return report.Allowances(v.NotKnown) }

// mostListed is how many objects of one kind and outcome the formats for people
// list.
const mostListed = 20

// Title returns the deployer and its objects in a few words.
func (c Change) Title() string {
	name := c.name()
	switch {
	case c.Kind == Gone && c.Unresolved != "":
		return name + " is gone, and its objects are not known"
	case c.Kind == Gone:
		return fmt.Sprintf("%s is gone: it had %s", name, report.Count(c.Before, "object", "objects"))
	case c.Kind == Stays:
		return name + " stays in its cluster as it was"
	case c.Unresolved != "":
		return name
	}
	return fmt.Sprintf("%s: %s before, %d after", name, report.Count(c.Before, "object", "objects"), c.After)
}

// group are removed objects of one kind and outcome.
type group struct {
	kind    string
	outcome Outcome
	note    string
	State   string // the lost state
	objects []RemovedObject
}

// groups divides removed objects by kind, outcome and note, in its order.
func groups(removed []RemovedObject) (all []*group) {
	type name struct {
		kind, group, note string
		outcome           Outcome
	}
	at := map[name]*group{}
	for _, r := range removed {
		k := name{r.ID.Kind, r.ID.Group, r.Note, r.Outcome}
		if at[k] == nil {
			at[k] = &group{kind: r.ID.Kind, outcome: r.Outcome, note: r.Note, State: r.State}
			all = append(all, at[k])
		}
		at[k].objects = append(at[k].objects, r)
	}
	return all
}

// Listed are those that are listed, and More counts the others.
func (g *group) Listed() []RemovedObject { return g.objects[:min(mostListed, len(g.objects))] }
func (g *group) More() int               { return len(g.objects) - len(g.Listed()) }

// Title is the line of a group, Count its number of objects, and Outcome what happens to
// them.
func (g *group) Title() string { return g.Count() + " " + g.Outcome() }
func (g *group) Count() string { return report.Count(len(g.objects), g.kind) }
func (g *group) Outcome() string {
	words := [...]string{
		"would be deleted", "would be pruned", "would move", "would wait for a confirmation",
		"would be orphaned", "would be kept", "would be kept", "would be taken over",
	}[g.outcome]
	if g.note != "" {
		words += " " + g.note
	}
	if g.State != "" && g.outcome <= Moved {
		words += " - " + g.State
	}
	return words
}

// ShortName returns the object without its kind.
func (r RemovedObject) ShortName() string {
	id := r.ID
	id.Group, id.Kind = "", ""
	return strings.TrimSpace(strings.TrimPrefix(id.String(), `""`))
}

// code is a string in a fixed-width font. In a table a bar ends the cell even
// there, and nothing escapes a backtick.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", "/", "@", "(at)").Replace(report.Sentence(s)) + "`"
}

// exact is code outside of a table, for what is copied: nothing in it is replaced. The
// fence is longer than each run of backticks inside, so that none of them ends it.
func exact(s string) string {
	s = report.Sentence(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + s + fence
}
