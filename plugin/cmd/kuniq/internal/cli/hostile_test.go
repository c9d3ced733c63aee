package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/assertion"
)

// evil are strings that would do something, were they printed as they are.
var evil = []string{
	"a\x1b[31mred", "a\x1b]0;title\x07", "a\u009b31m", "a\rb", "a\x00b", "a\x7fb", "a\x08b", "a\tb",
	"a\n::error ::b", "::error file=x::b", "a\r\n::stop-commands::b", "\n::set-output name=a::b", "  ::warning::b",
	"##vso[task.setvariable variable=a]b", "a\n##vso[task.complete result=Succeeded;]", "##[error]a", "a##[group]b",
	"a\u202eb", "a\u2066b\u2069", "a\u061cb", "a\u200bb", "\ufeffa", "a\u00adb", "a\U000e0041b",
	"a\u0085b", "a\u2028b", "a\u2029b", "a\vb", "a\fb",
	"a%0A::error::b", "a%0D%0Ab", "a,line=1::b", "a]]>b<c attr=\"'&amp;", `a"b\`, "`a` | @b <c> [d](e)",
	"--- a", "+++ a", "^^^ +++", "~~~ a", strings.Repeat("\u202e", 300), strings.Repeat("x", 5000),
}

// TestNothingIsObeyed puts every evil string into every place of a manifest
// that can come out again, and prints the report in every format.
func TestNothingIsObeyed(t *testing.T) {
	for place, manifest := range evilPlaces {
		t.Run(place, func(t *testing.T) {
			var all []string
			for _, s := range evil {
				all = append(all, manifest(s))
			}
			requireHarmlessRun(t, strings.Join(all, "\n---\n"), "-", "--show-values")
		})
	}
}

// TestLongNamesOfFilesAreNotObeyed is the same for files and directories.
func TestLongNamesOfFilesAreNotObeyed(t *testing.T) {
	assertion.Long(t)
	clash := `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {}}`
	for _, test := range []struct{ place, before, after, content string }{
		{"file", "", ".yaml", clash},
		{"broken file", "", ".yml", "kind: \""},
		{"skipped file", "", ".jsonnet", ""},
		{"kustomization", "", "/kustomization.yaml", ""},
		{"set", "", "/a.yaml", clash},
	} {
		t.Run(test.place, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, s := range evil {
				name := filepath.FromSlash(test.before + s + test.after)
				if os.MkdirAll(filepath.Dir(name), 0o777) == nil {
					_ = os.WriteFile(name, []byte(test.content), 0o666) // as far as the system allows such names
				}
			}
			requireHarmlessRun(t, "", ".", "--set", "{set}")
		})
	}
	t.Run("missing file", func(t *testing.T) {
		requireHarmlessRun(t, "", append([]string{"--"}, evil...)...)
	})
	t.Run("standard input", func(t *testing.T) {
		for _, s := range evil {
			requireHarmlessRun(t, clash, "-", "--stdin-filename", s)
		}
	})
}

// requireHarmlessRun runs check in every format.
func requireHarmlessRun(t *testing.T, stdin string, args ...string) {
	t.Helper()
	first := run(t, stdin, append([]string{"check", "-o", "json"}, args...)...)
	r := decodeContract(t, first.stdout)
	require.NotZero(t, len(r.Diagnostics)+len(r.Unread)+len(r.Skipped), "a test of nothing")
	for _, format := range report.Formats() {
		requireHarmless(t, format, run(t, stdin, append([]string{"check", "-o", format}, args...)...).stdout)
		got := run(t, stdin, append([]string{"check", "--all", "-o", format}, args...)...)
		assert.Equal(t, first.code, got.code, format)
		requireHarmless(t, format, got.stdout)
		requireHarmless(t, "standard error", got.stderr)
		requireRecords(t, format, got.stdout, len(r.Diagnostics), len(r.Unread))
	}
}

// requireHarmless: an output has nothing in it that a terminal or a CI system
// would obey.
func requireHarmless(t *testing.T, format, out string) {
	t.Helper()
	require.True(t, utf8.ValidString(out), "%s is no UTF-8", format)
	i := strings.IndexFunc(out, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) })
	require.Negative(t, i, "%s has a character in it that may be obeyed: %.100q", format, out[max(i, 0):])
	i = strings.Index(out, "##")
	require.Negative(t, i, "%s has a command in it: %.100q", format, out[max(i, 0):])
	for line := range strings.Lines(out) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			require.Equal(t, "github", format, "%s", line)
			require.Regexp(t, workflowCommand, line)
		}
	}
}

// workflowCommand is all that a line of the github format that is a command may
// be.
var workflowCommand = regexp.MustCompile(`^::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?(col=\d+,)?title=kuniq [a-z-]+::`)

var endOfDiagnostic = regexp.MustCompile(`(?m) \[[a-z-]+\]$`)

// requireRecords: no string from the input made one record into two, or none.
func requireRecords(t *testing.T, format, out string, diagnostics, unread int) {
	t.Helper()
	all := diagnostics + unread
	switch format {
	case "text":
		require.Len(t, endOfDiagnostic.FindAllString(out, -1), diagnostics, out)
	case "oneline":
		require.Equal(t, all+1, strings.Count(out, "\n"), out)
	case "github":
		require.Equal(t, all+1, strings.Count(out, "\n"), out)
	case "sarif":
		var v struct {
			Runs []struct{ Results []any }
		}
		require.NoError(t, json.Unmarshal([]byte(out), &v))
		require.Len(t, v.Runs, 1)
		require.Len(t, v.Runs[0].Results, diagnostics)
	case "junit":
		require.Equal(t, max(all, 1), countElements(t, out, "testcase"))
	}
}

func countElements(t *testing.T, doc, name string) int {
	t.Helper()
	n := 0
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			n++
		}
	}
}

// quoted writes a string as YAML reads it.
func quoted(s string) string { return strconv.QuoteToASCII(s) }

// twice is a manifest with one object twice, of which the second has another
// content.
func twice(format string, args ...any) string {
	one := fmt.Sprintf(format, args...)
	return one + "\n---\n" + strings.Replace(one, "first", "second", 1) + "\n"
}

// evilPlaces make a manifest of a string.
var evilPlaces = map[string]func(s string) string{
	"name": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {a: first}}`, quoted(s))
	},
	"block name": func(s string) string {
		return twice("apiVersion: v1\nkind: ConfigMap\ndata: {a: first}\nmetadata:\n  name: %s", quoted(s))
	},
	"namespace": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: %s}, data: {a: first}}`, quoted(s))
	},
	"kind": func(s string) string {
		return twice(`{apiVersion: v1, kind: %s, metadata: {name: a}, data: {a: first}}`, quoted(s))
	},
	"group": func(s string) string {
		return twice(`{apiVersion: %s, kind: X, metadata: {name: a}, data: {a: first}}`, quoted(s+"/v1"))
	},
	"version": func(s string) string {
		return twice(`{apiVersion: %s, kind: X, metadata: {name: a}, data: {a: first}}`, quoted("x.io/"+s))
	},
	"generateName": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {generateName: %s}, items: [first]}`, quoted(s))
	},
	"type": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: [%s]}, data: {a: first}}`, quoted(s))
	},
	"tag": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: !<%s> a}, data: {a: first}}`, s)
	},
	"key": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {%s: first}}`, quoted(s))
	},
	"key twice": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: %[1]s, "name": %[1]s}, data: {a: first}}`, quoted(s))
	},
	"value": func(s string) string {
		return twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: %s}}`, quoted("first"+s))
	},
	"definition": func(s string) string {
		return twice(`{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: first},
			spec: {group: %[1]s, scope: %[1]s, names: {kind: %[1]s, plural: %[2]s}}}`, quoted(s), quoted("first"+s))
	},
	"raw": func(s string) string {
		return twice("kind: %[1]s\napiVersion: v1\nmetadata: {name: %[1]s}\ndata: first\n", s)
	},
	"broken": func(s string) string {
		return "apiVersion: v1\nkind: *" + s + "\nmetadata: {" + s + ": {{ " + s + " }}\n"
	},
}

// TestLongCommandLineIsNotObeyed is TestNothingIsObeyed for the command line, which
// CI systems make of the names of branches and files.
func TestLongCommandLineIsNotObeyed(t *testing.T) {
	assertion.Long(t)
	for _, s := range evil {
		for _, args := range [][]string{
			{s},
			{"--" + s},
			{"help", s},
			{"version", s},
			{"completion", s},
			{"check", "--no" + s, "-"},
			{"check", "-x" + s, "-"},
			{"check", "--plain=" + s, "-"},
			{"check", "--output", s, "-"},
			{"check", "--color", s, "-"},
			{"check", "--identical", s, "-"},
			{"check", "--severity", s, "-"},
			{"check", "--severity", s + "=off", "-"},
			{"check", "--severity=no-name=" + s, "-"},
			{"check", "--ignore", "X " + s, "-"},
			{"check", "--ignore", "X." + s, "-"},
			{"check", "--cluster-scoped", "." + s, "-"},
			{"check", "--skip", s, "-"},
			{"check", "--skip", "[" + s, "-"},
			{"check", "--set", s, "-"},
			{"check", "--set", "{a}*" + s, "-"},
		} {
			got := run(t, "", args...)
			if !strings.HasPrefix(args[0], "-") {
				assert.NotEqual(t, exitClean, got.code, "%q", args)
			}
			requireHarmless(t, "standard error", got.stderr)
			if got.code == exitUsage && len(args) > 1 {
				require.Equal(t, 2, strings.Count(got.stderr, "\n"), got.stderr)
			}
		}
	}
}

// TestMessagesAreNotObeyed: a message may have several lines, of which none is
// a command.
func TestMessagesAreNotObeyed(t *testing.T) {
	assert.Equal(t, "two\n  lines", printable("two\n  lines"))
	assert.Equal(t, "a\n\"::error ::b\"", printable("a\n::error ::b"))
	for _, s := range evil {
		requireHarmless(t, "a message", printable("see:\n"+s+"\n "+s))
	}
}

// TestNothingIsLost: what is quoted for people is whole for programs.
func TestNothingIsLost(t *testing.T) {
	for _, s := range evil {
		got := run(t, twice(`{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {a: first}}`, quoted(s)), "check", "-o", "json", "-")
		r := decodeContract(t, got.stdout)
		found := false
		for _, d := range r.Diagnostics {
			found = found || d.Rule == "duplicate-object" && d.ID.Name == s && d.Declarations[0].Name == s
		}
		assert.True(t, found, "%q", s)
	}
}
