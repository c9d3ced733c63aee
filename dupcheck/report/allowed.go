package report

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostAllowed is how many parts of one setting the formats for people name.
const mostAllowed = 10

// Allowances are lines about the settings that let something be unknown, with what
// each of them allows.
func Allowances(all []dupcheck.Allowed) (lines []string) {
	var settings []dupcheck.Allowed
	parts := map[dupcheck.Allowed][]string{}
	for _, a := range all {
		setting := dupcheck.Allowed{Setting: a.Setting, Because: a.Because}
		if !slices.Contains(settings, setting) {
			settings = append(settings, setting)
		}
		parts[setting] = append(parts[setting], place(dupcheck.Position{File: a.File, Line: a.Line}))
	}
	for _, s := range settings {
		line := "not known, as " + show(s.Setting) + " allows"
		if s.Because != "" {
			line += " (" + show(s.Because) + ")"
		}
		lines = append(lines, line+": "+Few(parts[s], mostAllowed))
	}
	return lines
}

// allowed prints the parts that are not known and may stay so.
func (p *printer) allowed(all []dupcheck.Allowed) {
	lines := Allowances(all)
	for _, line := range lines {
		p.note(line)
	}
	if len(lines) > 0 {
		p.line("")
	}
}
