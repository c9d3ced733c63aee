package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

// mostAsked is how many acknowledgements of one guard, and spent ones, the formats for
// people list.
const mostAsked = 3

// Acknowledgement is an annotation that an admission policy of package admission demands
// before it admits a merge:
//
//	annotation     guards            when                              value
//	take-from      no-takeover-*     another deployer takes it over    the old owner
//	retarget-from  no-retarget-*     it gets another target            the old target
//	allow-delete   no-delete-*       it is pruned or deleted           its uid, which git does not have
type Acknowledgement struct {
	// Annotation is its name, and Guard the name of the policy that demands it. Action is
	// the default action of the policy for a request without it.
	Annotation string           `json:"annotation"`
	Guard      string           `json:"guard"`
	Action     admission.Action `json:"action"`
	// Object is the object that needs it, in a cluster named as by deploy.DisplayCluster.
	// At is the place of the object at head, or at base if it is removed.
	Object  dupcheck.ID       `json:"object"`
	Cluster string            `json:"cluster"`
	At      dupcheck.Position `json:"at"`
	// Value is the value that the policy compares. It is empty if that is the uid.
	Value string `json:"value,omitempty"`
	// State says whether the change has it, and Found is the value that it has instead.
	State Standing `json:"state"`
	Found string   `json:"found,omitempty"`
	// Set is the ApplicationSet whose template must have the annotation of an
	// Application, or nil. Template is the value there, if all Applications of the set
	// get theirs from one known value.
	Set      *dupcheck.ID `json:"set,omitempty"`
	Template string       `json:"template,omitempty"`
	// Command does in the cluster what the annotation would do in git, or is the only
	// way. It is empty if there is none.
	Command string `json:"command,omitempty"`
}

// Standing says whether a change has an acknowledgement.
type Standing uint8

// The standings.
const (
	Needed       Standing = iota // it has none
	Wrong                        // it has one with another value
	Acknowledged                 // it has it
)

// String returns the standing as a word.
func (s Standing) String() string { return [...]string{"needed", "wrong", "acknowledged"}[s] }

// MarshalText writes the standing as String does.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// asks are the acknowledgements of one guard that the change lacks.
type asks struct {
	Guard string
	all   []Acknowledgement
}

// Asks returns the acknowledgements that the change lacks, by their guards. With errors
// there are none, because then you should not acknowledge them next.
func (v view) Asks() (groups []*asks) {
	if v.Fails() {
		return nil
	}
	for _, a := range v.Acknowledgements {
		if a.State == Acknowledged {
			continue
		}
		if a.Template != "" { // one line is for all Applications of the set
			a.Object, a.Value = *a.Set, a.Template
		}
		i := slices.IndexFunc(groups, func(g *asks) bool { return g.Guard == a.Guard })
		if i < 0 {
			i, groups = len(groups), append(groups, &asks{Guard: a.Guard})
		}
		if a.Template == "" || !slices.ContainsFunc(groups[i].all, func(other Acknowledgement) bool { return other.Object == a.Object && other.Value == a.Value }) {
			groups[i].all = append(groups[i].all, a)
		}
	}
	return groups
}

// Listed are those that are listed, and More counts the others.
func (g *asks) Listed() []Acknowledgement { return g.all[:min(mostAsked, len(g.all))] }
func (g *asks) More() int                 { return len(g.all) - len(g.Listed()) }

// Title says how many objects there are, and what the guard does.
func (g *asks) Title() string {
	return g.Guard + " (" + g.all[0].Action.String() + "): " + report.Count(len(g.all), "object", "objects")
}

// Line is the annotation with its value, or with a word for the one that git does not
// have.
func (a Acknowledgement) Line() string {
	if a.Value == "" {
		return a.Annotation + ": UID"
	}
	return a.Annotation + ": " + dupcheck.QuoteAlways(a.Value)
}

// Remark says how the present annotation is wrong, and where it belongs.
func (a Acknowledgement) Remark() (s string) {
	if a.State == Wrong {
		s = ", not " + dupcheck.QuoteAlways(a.Found)
	}
	switch {
	case a.Template != "":
		s += ", in its template"
	case a.Set != nil:
		s += ", in the template of " + deploy.ShortName(*a.Set)
	}
	return s
}

// Name returns the object as a person writes it.
func (a Acknowledgement) Name() string { return deploy.ShortName(a.Object) }

// General returns the findings about no deployer, with only a few spent acknowledgements.
func (v view) General() (listed []Finding) {
	spent := 0
	for _, f := range v.general() {
		if f.Rule == SpentAcknowledgement {
			spent++
		}
		if f.Rule != SpentAcknowledgement || spent <= mostAsked {
			listed = append(listed, f)
		}
	}
	if more := spent - mostAsked; more > 0 {
		listed = append(listed, Finding{
			Rule: SpentAcknowledgement, Severity: dupcheck.Info,
			Message: report.Count(more, "more is spent", "more are spent") + "; the JSON report has them",
		})
	}
	return listed
}
