package impact

import (
	"fmt"
	"strings"
)

// mostListed is how many objects of one kind and fate the formats for people
// list.
const mostListed = 20

// text is the report for people.
func text(i Impact) string {
	var b strings.Builder
	b.WriteString(safe(i.Headline()) + "\n")
	for _, c := range i.Owners {
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
		for _, g := range groups(c.Lost) {
			fmt.Fprintf(&b, "  %s\n", safe(g.title()))
			for n, l := range g.lost {
				if n == mostListed {
					fmt.Fprintf(&b, "    and %d more\n", len(g.lost)-n)
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

// title is the owner with what becomes of it.
func (c *Change) title() string {
	name := shortName(c.Owner)
	if c.Instance != "" {
		name += " of " + c.Instance
	}
	switch {
	case c.Kind == Gone && c.Unresolved != "":
		return name + " is gone, and what it had is not known"
	case c.Kind == Gone:
		return fmt.Sprintf("%s is gone: it had %s", name, those(c.Before, "object", "objects"))
	case c.Kind == Stays:
		return name + " is gone from git, and stays in its cluster"
	case c.Unresolved != "":
		return name
	}
	return fmt.Sprintf("%s: %s before, %d after", name, those(c.Before, "object", "objects"), c.After)
}

// group are objects of one kind and fate.
type group struct {
	kind  string
	fate  Fate
	note  string
	state string
	lost  []Loss
}

// groups divides what is lost by kind, fate and note, in its order.
func groups(lost []Loss) (all []group) {
	type name struct {
		kind, group, note string
		fate              Fate
	}
	at := map[name]int{}
	for _, l := range lost {
		k := name{l.ID.Kind, l.ID.Group, l.Note, l.Fate}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k] = i
			all = append(all, group{kind: l.ID.Kind, fate: l.Fate, note: l.Note, state: l.State})
		}
		all[i].lost = append(all[i].lost, l)
	}
	return all
}

func (g group) title() string {
	s := those(len(g.lost), g.kind, plural(g.kind)) + " " + g.words()
	if g.state != "" && g.fate <= Moved {
		s += " - " + g.state
	}
	return s
}

func (g group) words() string {
	words := [...]string{
		"would be deleted", "would be pruned", "would move", "would wait for a confirmation",
		"would be orphaned", "would be kept", "would be kept", "would be taken over",
	}[g.fate]
	if g.note != "" {
		words += " " + g.note
	}
	return words
}

// line is one object with its place.
func (l Loss) line() string {
	s := safe(l.ID.String())
	if at := where(l.At); at != "" {
		s += " (" + at + ")"
	}
	return s
}
