package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// fieldChanges are the fields that differ, in the order of head and then of
// base.
func fieldChanges(b, h *deploy.Deployer) (changes []FieldChange) {
	for _, f := range h.Fields {
		old, ok := b.Field(f.Path)
		if !ok && f.Role == deploy.ReleaseRole {
			continue // it is not known which release it was
		}
		if !ok || old.Value != f.Value {
			changes = append(changes, newFieldChange(old, f))
		}
	}
	for _, f := range b.Fields {
		if _, ok := h.Field(f.Path); !ok && f.Role != deploy.ReleaseRole {
			f, gone := f, deploy.Field{Path: f.Path, Role: f.Role, At: h.At}
			changes = append(changes, newFieldChange(f, gone))
		}
	}
	return changes
}

func newFieldChange(before, after deploy.Field) FieldChange {
	change := FieldChange{Path: after.Path, Role: after.Role, At: after.At}
	if !before.Hidden && !after.Hidden {
		change.Before, change.After = before.Value, after.Value
	}
	return change
}

// destructive are options of Argo CD that delete objects to create them again.
var destructive = []string{"Replace=true", "Force=true"}

// policyChanges says which objects are deleted more or less easily at head.
func policyChanges(b, h *deploy.Deployer) (changes []PolicyChange) {
	add := func(what string, worse bool, message string) {
		at, ok := h.Policy.At[what]
		if !ok {
			at = h.At
		}
		changes = append(changes, PolicyChange{message, worse, at})
	}
	if before, after := b.Policy.Prune, h.Policy.Prune; before != after {
		add("prune", after, gains(after, "deletes by itself what is no longer desired (prune)"))
	}
	if before, after := b.Policy.SelfHeal, h.Policy.SelfHeal; before != after {
		add("selfHeal", after, gains(after, "undoes by itself what is changed in the cluster (selfHeal)"))
	}
	if before, after := b.Policy.Cascade, h.Policy.Cascade; before != after {
		add("cascade", after, gains(after, "is deleted with all of its objects"))
	}
	for _, o := range b.Policy.Options {
		if !slices.Contains(h.Policy.Options, o) {
			add("options", !slices.Contains(destructive, o), "loses the sync option "+dupcheck.QuoteAlways(o))
		}
	}
	for _, o := range h.Policy.Options {
		if !slices.Contains(b.Policy.Options, o) {
			add("options", slices.Contains(destructive, o), "gains the sync option "+dupcheck.QuoteAlways(o))
		}
	}
	return changes
}

func gains(now bool, what string) string {
	if now {
		return "now " + what
	}
	return "no longer " + what
}
