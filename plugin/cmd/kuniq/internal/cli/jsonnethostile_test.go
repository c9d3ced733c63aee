package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/internal/assertion"
)

// evilPrograms make programs of a string that fail.
var evilPrograms = map[string]func(s string) string{
	"error":    func(s string) string { return "error " + quotedJSON(s) },
	"import":   func(s string) string { return "import " + quotedJSON(s) },
	"outside":  func(s string) string { return "importstr " + quotedJSON("/"+s) },
	"key":      func(s string) string { return "{ " + quotedJSON(s) + ": 1 }" },
	"function": func(s string) string { return "{ " + quotedJSON(s) + ": function(x) x }" },
	"parser":   func(s string) string { return "local " + s + " = 1; {" },
}

const cleanObject = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }"

// quotedJSON writes a string as jsonnet reads it.
func quotedJSON(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r > 0xffff {
			b.WriteRune(r) // jsonnet's \u has four digits
			continue
		}
		const digits = "0123456789abcdef"
		b.WriteString(`\u` + string([]byte{digits[r>>12], digits[r>>8&15], digits[r>>4&15], digits[r&15]}))
	}
	return b.String() + `"`
}

// withoutTabs returns what jsonnet says with blanks in the place of tabs, which
// are in its stack traces.
func withoutTabs(s string) string { return strings.ReplaceAll(s, "\t", " ") }

// TestLongProgramsAreNotObeyed is TestNothingIsObeyed for what jsonnet programs say.
func TestLongProgramsAreNotObeyed(t *testing.T) {
	assertion.Long(t)
	for kind, program := range evilPrograms {
		t.Run(kind, func(t *testing.T) {
			for _, s := range evil {
				got := run(t, "", "jsonnet", "-e", program(s))
				assert.Equal(t, exitNoWork, got.code, "%q", s)
				assert.Empty(t, got.stdout)
				requireHarmless(t, "standard error", withoutTabs(got.stderr))
			}
		})
	}
	traces, objects := cleanObject, ""
	for _, s := range evil {
		traces = "std.trace(" + quotedJSON(s) + ", " + traces + ")"
		objects += "{ " + quotedJSON(s) + ": [" + cleanObject + " + { metadata+: { name: " + quotedJSON(s) + " } }, self" + "[" + quotedJSON(s) + "][0]] },"
	}
	got := run(t, "", "jsonnet", "-e", traces)
	assert.Equal(t, exitClean, got.code)
	assert.Equal(t, len(evil), strings.Count(got.stderr, "\n"))
	requireHarmless(t, "a trace", got.stderr)

	got = run(t, "", "jsonnet", "-e", "["+objects+"]")
	assert.Equal(t, exitFindings, got.code)
	assert.Empty(t, got.stderr)
	requireHarmless(t, "standard output", got.stdout)
}

// TestLongNamesOfProgramsAreNotObeyed is the same for the names of files, also where
// they are in what a program traces.
func TestLongNamesOfProgramsAreNotObeyed(t *testing.T) {
	assertion.Long(t)
	t.Chdir(t.TempDir())
	for _, s := range evil {
		for _, program := range []string{"std.trace('x', " + cleanObject + ")", "error 'x'", "[" + cleanObject + ", " + cleanObject + "]", "{"} {
			if os.WriteFile(s+".jsonnet", []byte(program), 0o666) != nil {
				continue // the system has no such names
			}
			got := run(t, "", "jsonnet", "./"+s+".jsonnet")
			requireHarmless(t, "standard output", got.stdout)
			requireHarmless(t, "standard error", withoutTabs(got.stderr))
		}
		for _, flag := range []string{"-J", "--ext-str", "--ext-code", "--ext-str-file", "--tla-code-file", "--timeout", "--emit"} {
			got := run(t, "", "jsonnet", flag, s+"="+s, "-e", cleanObject)
			requireHarmless(t, "standard error", withoutTabs(got.stderr))
		}
	}
}
