package policy

import (
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// OptionError says that a setting means nothing. The setting is wrong, and not the
// input.
type OptionError struct {
	// Option is the name of the flag without its dashes, which is also that of
	// the field of kuniq.yaml. It is empty if no flag is wrong, but the policy.
	Option string
	// Value is what was given. Unless Reason begins with "is", it may be empty
	// where Reason says it.
	Value string
	// Reason says what is wrong with it.
	Reason string
}

// Error names the flag and says what is wrong with its value.
func (e *OptionError) Error() string {
	switch {
	case e.Option == "":
		return e.Reason
	case strings.HasPrefix(e.Reason, "is "):
		return "--" + e.Option + " " + dupcheck.QuoteAlways(e.Value) + " " + e.Reason
	case e.Value == "":
		return "--" + e.Option + ": " + e.Reason
	}
	return "--" + e.Option + " " + dupcheck.QuoteAlways(e.Value) + ": " + e.Reason
}

const notAGlob = "is not a valid glob"
