package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// The groups of guards. The name of a group stands for all of its guards except those that
// have to be named.
const (
	NoTakeover = "no-takeover"
	NoRetarget = "no-retarget"
	NoDelete   = "no-delete"
	Retain     = "retain"
)

// Guard is a ValidatingAdmissionPolicy with its binding. The zero value is of no use.
// [Guards] returns the available ones.
type Guard struct {
	// Name selects it. The name of the policy and of the binding is "kuniq-" and Name.
	Name string
	// Refuses describes the requests that it refuses, in words that follow "refuses".
	Refuses string
	// Acknowledge says how to let one such request pass.
	Acknowledge string
	// Default is its action unless the caller chooses another one.
	Default Action

	group   string
	optIn   bool // only its own name selects it
	policy  policySpec
	selects *matchResources
	// marks are the fields whose changes it checks. declared says, by the content of an
	// object, whether the guard checks its deletion. Nil stands for all objects.
	marks    []deploy.Mark
	declared func(content any) bool
}

// Guards returns all guards in the order in which they are written.
func Guards() []Guard { return guards(kindsOf(nil)) }

// guards returns all guards, one of which covers some kinds that hold state.
func guards(kinds []dupcheck.GroupKind) []Guard {
	all := slices.Concat(takeovers(), retargets(), deletions(), []Guard{states(kinds)}, retains())
	for i := range all {
		if all[i].Default == 0 {
			all[i].Default = Deny
		}
		all[i].policy.Validations[0].Reason = reason
	}
	return all
}

// reason is the reason of every refusal. With the default, Invalid, the object would be
// deleted and recreated by kubectl apply --force, Argo CD with Force=true and Flux with
// force: true: they take it for a change of an immutable field.
const reason = "Forbidden"

// is says whether a name means a guard, by itself or by its group.
func (g Guard) is(name string) bool { return g.Name == name || g.group == name }

// choose returns the guards with the given names, or all that need not be named if there are
// no names.
func choose(all []Guard, names []string) ([]Guard, error) {
	if err := anyOf(all, names); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(g Guard) bool {
		if len(names) == 0 || !slices.Contains(names, g.Name) && slices.Contains(names, g.group) {
			return g.optIn
		}
		return !slices.Contains(names, g.Name)
	}), nil
}

// anyOf refuses names that mean no guard.
func anyOf(all []Guard, names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(g Guard) bool { return g.is(name) }) {
			return fmt.Errorf("there is no guard %s; there are %s", dupcheck.QuoteAlways(name), strings.Join(Names(), ", "))
		}
	}
	return nil
}

// Names returns the names of all groups, each before its guards.
func Names() (names []string) {
	for _, g := range guards(nil) { // Finding their kinds would take longer than the rest of the start of a command.
		if !slices.Contains(names, g.group) {
			names = append(names, g.group)
		}
		names = append(names, g.Name)
	}
	return names
}
