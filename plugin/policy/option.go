package policy

import "github.com/kuniq/kuniq/dupcheck"

// OptionError says that a setting is meaningless, or had no effect. The setting is wrong,
// and not the input.
type OptionError struct {
	// Option is the name of the field of kuniq.yaml, which is also that of the flag
	// without its dashes. It is empty if no field is wrong, but all of the policy.
	Option string
	// Value is the given value. It may be empty if Err names it.
	Value string
	// Reason is the fault of the value, as in "is not a valid glob".
	Reason string
	// Err is in the place of Reason if it is known.
	Err error
}

// Error names the setting and the fault of its value.
func (e *OptionError) Error() string {
	switch {
	case e.Option == "":
		return e.Reason
	case e.Err != nil && e.Value == "":
		return e.Option + ": " + e.Err.Error()
	case e.Err != nil:
		return e.Option + " " + dupcheck.QuoteAlways(e.Value) + ": " + e.Err.Error()
	}
	return e.Option + " " + dupcheck.QuoteAlways(e.Value) + " " + e.Reason
}

// UnusedIgnores says of patterns of ignore that they matched nothing.
func UnusedIgnores(unused []dupcheck.Ignore) (out []*OptionError) {
	for _, i := range unused {
		out = append(out, &OptionError{Option: "ignore", Value: i.String(), Reason: "matched nothing"})
	}
	return out
}

// Unwrap returns Err.
func (e *OptionError) Unwrap() error { return e.Err }
