package impact

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/plugin/deploy"
)

// mostListed is how many objects of one kind and outcome the formats for people
// list.
const mostListed = 20

// text is the report for people.
func text(i Impact) string {
	var b strings.Builder
	b.WriteString(safe(i.Headline()) + "\n")
	for _, c := range i.Deployers {
		fmt.Fprintf(&b, "\n%s\n", safe(c.title()))
		for _, f := range c.Findings {
			fmt.Fprintf(&b, "  %s: %s [%s]\n", f.Severity, safe(f.Message), f.Rule)
			if at := where(f.At); at != "" {
				fmt.Fprintf(&b, "    at %s\n", at)
			}
			if f.Advice != "" {
				fmt.Fprintf(&b, "    help: %s\n", safe(f.Advice))
			}
		}
		if c.Allowed != nil {
			fmt.Fprintf(&b, "  allowed by %s\n", safe(c.Allowed.From))
		}
		for _, g := range groups(c.Removed) {
			fmt.Fprintf(&b, "  %s\n", safe(g.title()))
			for n, l := range g.objects {
				if n == mostListed {
					fmt.Fprintf(&b, "    and %d more\n", len(g.objects)-n)
					break
				}
				fmt.Fprintf(&b, "    - %s\n", l.line())
			}
		}
	}
	if general := i.general(); len(general) > 0 {
		b.WriteString("\n")
		for _, f := range general {
			fmt.Fprintf(&b, "%s: %s [%s]\n", f.Severity, safe(f.Message), f.Rule)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", i.Summary())
	return b.String()
}

// title is the deployer with what becomes of it.
func (c *Change) title() string {
	name := deploy.ShortName(c.Deployer)
	if c.Instance != "" {
		name += " of " + c.Instance
	}
	switch {
	case c.Kind == Gone && c.Unresolved != "":
		return name + " is gone, and its objects are not known"
	case c.Kind == Gone:
		return fmt.Sprintf("%s is gone: it had %s", name, pluralize(c.Before, "object", "objects"))
	case c.Kind == Stays:
		return name + " is gone from git, and stays in its cluster"
	case c.Unresolved != "":
		return name
	}
	return fmt.Sprintf("%s: %s before, %d after", name, pluralize(c.Before, "object", "objects"), c.After)
}

// group are objects of one kind and outcome.
type group struct {
	kind    string
	outcome Outcome
	note    string
	state   string
	objects []RemovedObject
}

// groups divides removed objects by kind, outcome and note, in its order.
func groups(removed []RemovedObject) (all []group) {
	type name struct {
		kind, group, note string
		outcome           Outcome
	}
	at := map[name]int{}
	for _, l := range removed {
		k := name{l.ID.Kind, l.ID.Group, l.Note, l.Outcome}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k] = i
			all = append(all, group{kind: l.ID.Kind, outcome: l.Outcome, note: l.Note, state: l.State})
		}
		all[i].objects = append(all[i].objects, l)
	}
	return all
}

func (g group) title() string {
	s := pluralize(len(g.objects), g.kind, plural(g.kind)) + " " + g.words()
	if g.state != "" && g.outcome <= Moved {
		s += " - " + g.state
	}
	return s
}

func (g group) words() string {
	words := [...]string{
		"would be deleted", "would be pruned", "would move", "would wait for a confirmation",
		"would be orphaned", "would be kept", "would be kept", "would be taken over",
	}[g.outcome]
	if g.note != "" {
		words += " " + g.note
	}
	return words
}

// line is one object with its place.
func (r RemovedObject) line() string {
	s := safe(r.ID.String())
	if at := where(r.At); at != "" {
		s += " (" + at + ")"
	}
	return s
}
