package propose

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// BaselineFile is the name of the proposed file of the baseline.
const BaselineFile = "kuniq-baseline.json"

// Field is a field of kuniq.yaml.
type Field string

// The proposed fields, in the order of the file.
const (
	Strict          Field = "strict"
	Vendor          Field = "vendor"
	Clusters        Field = "clusters"
	Repos           Field = "repos"
	Roots           Field = "roots"
	Severity        Field = "severity"
	Together        Field = "together"
	Set             Field = "set"
	Skip            Field = "skip"
	AllowUnresolved Field = "allow-unresolved"
	Baseline        Field = "baseline"
)

// Line is a setting of kuniq.yaml.
type Line struct {
	Field Field
	// Value is the value, or an element of it if the field is a list.
	Value string
	// Reason is the reason of an allowance, and Cause the only cause for which it counts.
	// Deployer says that the allowance is for a deployer, and not for a path.
	Reason   string
	Cause    dupcheck.Code
	Deployer bool
	// Because lists the observations behind the setting, a sentence each.
	Because []string
	// Open says that a person has to decide: it is written as a comment.
	Open bool

	children []string // the directories that a set tells apart
	entry    []string // the lines of an element that is not just its value
}

// values returns the elements of a field that are in force.
func (p *Proposal) values(f Field) (out []string) {
	for _, l := range p.Lines {
		if l.Field == f && !l.Open {
			out = append(out, l.Value)
		}
	}
	return out
}

// YAML returns kuniq.yaml with the reasons as comments.
func (p *Proposal) YAML() []byte {
	var b bytes.Buffer
	b.WriteString("# Proposed by kuniq init. Read each line and its reason, and take out what is not so.\n")
	comment := func(indent, s string) { b.WriteString(indent + "# " + dupcheck.Quote(s) + "\n") }
	for _, f := range []Field{Strict, Vendor, Clusters, Repos, Roots, Severity, Together, Set, Skip, AllowUnresolved, Baseline} {
		lines := slices.DeleteFunc(slices.Clone(p.Lines), func(l Line) bool { return l.Field != f })
		if len(lines) == 0 {
			continue
		}
		b.WriteString("\n")
		isList := f != Strict && f != Vendor && f != Together && f != Baseline
		switch {
		case isList && len(p.values(f)) > 0:
			b.WriteString(string(f) + ":\n")
		case isList:
			b.WriteString("# " + string(f) + ":\n")
		}
		for i, l := range lines {
			indent := ""
			if isList {
				indent = "  "
			}
			if i == 0 || !slices.Equal(l.Because, lines[i-1].Because) { // which speaks for both
				for _, s := range l.Because {
					comment(indent, s)
				}
			}
			b.WriteString(l.text(isList))
		}
	}
	return b.Bytes()
}

// text returns the line itself.
func (l Line) text(isList bool) string {
	lines, first, others := []string{strconv.Quote(l.Value)}, "- ", "  "
	switch {
	case l.Field == AllowUnresolved:
		lines = []string{"path: " + lines[0], "reason: " + strconv.Quote(l.Reason)}
		if l.Deployer {
			lines[0] = "deployer: " + strconv.Quote(l.Value)
		}
		if l.Cause != "" {
			lines = append(lines, "cause: "+string(l.Cause))
		}
	case !isList:
		first, lines[0] = "", string(l.Field)+": "+l.Value
	case len(l.entry) > 0:
		lines = l.entry
	}
	if l.Field == Repos { // a mapping
		first = ""
	}
	indent := ""
	if isList {
		indent = "  "
	}
	if l.Open {
		indent += "# "
	}
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(indent + first + line + "\n")
		if i == 0 && first != "" {
			first = others
		}
	}
	return b.String()
}
