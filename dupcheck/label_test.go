package dupcheck

import (
	"testing"

	"github.com/kuniq/kuniq/internal/fold"
)

// TestShortLabels: a name that is taken for harmless at a glance is so by all rules, and
// near nothing but itself.
func TestShortLabels(t *testing.T) {
	name := "abcdefghijklmnopqrstuvwxyz0123456789-0"
	if !isShortLabel(name) || fold.String(name) != name || substitution(name) >= 0 || badNamespace(name) != "" || forbidden(name) != "" {
		t.Errorf("%s is odd", name)
	}
	for _, rules := range []nameRow{{}, {upper: true}, {colon: true}, {dot: true, long64: true}} {
		if why := rules.problem(name); why != "" {
			t.Error(why)
		}
	}
	for _, odd := range []string{"", "-a", "a-", "a.b", "A", "a/b", "a%", "${A}", "é", name + name} {
		if isShortLabel(odd) {
			t.Errorf("%q is taken for harmless", odd)
		}
	}
}
