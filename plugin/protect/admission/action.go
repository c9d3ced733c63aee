package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Action is the reaction of an API server to a request that a guard refuses. The
// zero value is none of them.
type Action int

// The actions. Each of them also writes the audit log.
const (
	// Audit lets the request pass.
	Audit Action = iota + 1
	// Warn lets the request pass and shows the message to the client.
	Warn
	// Deny refuses the request with the message.
	Deny
)

var actionNames = []string{Audit: "audit", Warn: "warn", Deny: "deny"}

// ActionNames returns the actions in their written form.
func ActionNames() []string { return slices.Clone(actionNames[Audit:]) }

// ParseAction parses the written form of an action.
func ParseAction(s string) (Action, error) {
	if a := Action(slices.Index(actionNames, s)); a >= Audit {
		return a, nil
	}
	return 0, fmt.Errorf("%s is not audit, warn or deny", dupcheck.QuoteAlways(s))
}

// ParseActions parses actions of guards, NAME=ACTION, and the action of all others, ACTION,
// for Options.Actions.
func ParseActions(given []string) (actions map[string]Action, err error) {
	actions = map[string]Action{}
	for _, s := range given {
		name, action, ok := strings.Cut(s, "=")
		if !ok {
			name, action = "", s
		}
		if actions[name], err = ParseAction(action); err != nil {
			return nil, err
		}
	}
	return actions, nil
}

// String returns the written form of the action.
func (a Action) String() string {
	if a < Audit || a > Deny {
		return fmt.Sprintf("Action(%d)", int(a))
	}
	return actionNames[a]
}

// MarshalText returns the written form, like String.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// validation returns the field validationActions of a binding. The API server accepts no
// binding with both Deny and Warn.
func (a Action) validation() []string {
	switch a {
	case Deny:
		return []string{"Deny", "Audit"}
	case Warn:
		return []string{"Warn", "Audit"}
	}
	return []string{"Audit"}
}
