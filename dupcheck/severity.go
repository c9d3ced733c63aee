package dupcheck

import (
	"fmt"
	"slices"
)

// Severity is how much a diagnostic matters. The zero value means the default
// of its rule.
type Severity uint8

// The severities, from the least to the most.
const (
	Default Severity = iota
	Off
	Info
	Warning
	Error
)

var severityNames = []string{"default", "off", "info", "warning", "error"}

// String returns "error", "warning", "info", "off" or "default".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// ParseSeverity reads error, warning, info or off, and also warn for warning
// and allow for off.
func ParseSeverity(s string) (Severity, error) {
	switch s {
	case "warn":
		return Warning, nil
	case "allow":
		return Off, nil
	}
	if i := slices.Index(severityNames, s); i > 0 {
		return Severity(i), nil
	}
	return Default, fmt.Errorf("unknown severity %s: use error, warning, info or off", QuoteAlways(s))
}

// MarshalText writes the severity as String does, for JSON and YAML. It returns an error
// for a value that is not one of the five.
func (s Severity) MarshalText() ([]byte, error) {
	if int(s) >= len(severityNames) {
		return nil, fmt.Errorf("no severity: %d", uint8(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText and ParseSeverity know. Empty text is
// Default.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	if *s = Default; len(text) == 0 || string(text) == severityNames[Default] {
		return nil
	}
	*s, err = ParseSeverity(string(text))
	return err
}
