package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostOfCause is the number of unread parts of one cause that the formats for people
// name, and of files that are not read with one of them.
const mostOfCause = 3

// Cause is why some parts could not be read.
type Cause struct {
	// Code is the sort of their reasons. It may be empty if the reasons have none:
	// then they are equal.
	Code dupcheck.Code
	// Parts are in the order of the report.
	Parts []dupcheck.Unread
}

// Causes groups unread parts by their cause. The cause of the most parts comes first, and
// of equally many the first one. It returns nil for no parts.
func Causes(unread []dupcheck.Unread) (all []Cause) {
	type key struct {
		code   dupcheck.Code
		reason string
	}
	at := map[key]int{}
	for _, u := range unread {
		k := key{code: u.Code}
		if u.Code == "" {
			k.reason = u.Reason
		}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k], all = i, append(all, Cause{Code: u.Code})
		}
		all[i].Parts = append(all[i].Parts, u)
	}
	slices.SortStableFunc(all, func(a, b Cause) int { return cmp.Compare(len(b.Parts), len(a.Parts)) })
	return all
}

// Few returns the first parts of a cause, and a sentence about the others. It is empty if
// there are none.
func (c Cause) Few() (first []dupcheck.Unread, others string) {
	if len(c.Parts) <= mostOfCause {
		return c.Parts, ""
	}
	others = fmt.Sprintf("and %d more", len(c.Parts)-mostOfCause)
	if c.Code != "" {
		others += " [" + show(string(c.Code)) + "]"
	}
	return c.Parts[:mostOfCause], others
}

// unreadParts prints what could not be read, by its cause.
func (p *printer) unreadParts(all []dupcheck.Unread, ways map[dupcheck.Code]string) {
	causes := Causes(all)
	for i, c := range causes {
		if i == mostCauses && p.options.Brief {
			p.note(Count(len(causes)-i, "more cause", "more causes") + "; --all shows every one")
			p.line("")
			break
		}
		first, others := c.Few()
		for _, u := range first {
			p.line(unread(u))
		}
		if others != "" {
			p.note(fmt.Sprintf("%s; -o oneline names all %d", others, len(c.Parts)))
		}
		p.help(ways[c.Code])
		p.line("")
	}
}

// unreadRows are the rows of a table about what could not be read.
func unreadRows(all []dupcheck.Unread, ways map[dupcheck.Code]string) (rows []string) {
	for _, c := range Causes(all) {
		first, others := c.Few()
		for _, u := range first {
			rows = append(rows, markdownRow("unread", place(unreadAt(u)), show(u.Reason)))
		}
		if way := ways[c.Code]; others != "" || way != "" {
			rows = append(rows, markdownRow("help", others, Sentence(way)))
		}
	}
	return rows
}

// unreadAt is the place of what could not be read.
func unreadAt(u dupcheck.Unread) dupcheck.Position {
	return dupcheck.Position{File: u.File, Line: u.Line}
}

// unread returns the line about something that could not be read.
func unread(u dupcheck.Unread) string {
	return place(unreadAt(u)) + ": unread: " + show(u.Reason)
}

// explained adds to the reason why a target could not be rendered the files that are not
// read because of it. Each reason is followed by its way out, if ways has one.
func explained(r dupcheck.Report, ways map[dupcheck.Code]string) dupcheck.Report {
	files := map[string][]string{}
	for _, s := range r.States {
		if s.State == dupcheck.NotRead && s.Target != "" && s.Reason != "" {
			files[s.Target] = append(files[s.Target], place(dupcheck.Position{File: s.File}))
		}
	}
	r.Unread = slices.Clone(r.Unread)
	for i, u := range r.Unread {
		if names := files[u.File]; len(names) > 0 && u.Line == 0 {
			delete(files, u.File) // it may be unread for several reasons
			r.Unread[i].Reason += "; not read with it: " + Few(names, mostOfCause)
		}
		if way := ways[u.Code]; way != "" {
			r.Unread[i].Reason += "; help: " + way
		}
	}
	return r
}
