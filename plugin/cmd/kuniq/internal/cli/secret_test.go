package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/assertion"
)

const secretValue = "hunter2"

// secrets are inputs that hold the value in a place from which it must never
// be printed, whatever is asked for.
var secrets = map[string]string{
	"block": `
apiVersion: v1
kind: Secret
metadata: {name: a}
stringData:
  password: hunter2
---
apiVersion: v1
kind: Secret
metadata: {name: a}
stringData:
  password: hunter2-b
`,
	"one line of JSON, with a collision beside it": `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","stringData":{"p":"hunter2-a"},"metadata":{"name":"s"}},{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"b"}},{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}},{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"p":"hunter2"}}]}`,
	"concatenated JSON on one line":                `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}{"apiVersion":"v1","kind":"Secret","metadata":{"name":"hunter"},"stringData":{"p":"hunter2"}}{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{}}`,
	"one line of YAML":                             `[{apiVersion: v1, kind: List, items: [{apiVersion: v1, stringData: {hunter: hunter2}, kind: Secret, metadata: {name: a, name: b}}]}]`,
	"two keys of one line":                         "apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: {x: hunter2}, name: b}\n",
	"a name that is none":                          "apiVersion: v1\nkind: Secret\nmetadata: {name: 1, labels: {x: hunter2}}\n",
	"no name":                                      "{apiVersion: v1, kind: Secret, metadata: {}, stringData: {x: hunter2}}\n",
	"stray items":                                  "{apiVersion: v1, kind: Secret, metadata: {name: a}, items: [hunter2]}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: a}, items: [hunter2b]}\n",
	"a typed list":                                 "{apiVersion: v1, kind: SecretList, items: [{metadata: {name: a}, data: {x: hunter2}}, {metadata: {name: a}, data: {x: hunter2b}}]}\n",
	"data that is not a mapping":                   "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: hunter2}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: a}, data: [hunter2]}\n",
	"a misspelt group":                             "{apiVersion: core/v1, kind: Secret, metadata: {name: a}, data: {x: hunter2}}\n---\n{apiVersion: core/v1, kind: Secret, metadata: {name: a}, data: {x: hunter2b}}\n",
	"a misspelt kind":                              "{apiVersion: v1, kind: secret, metadata: {name: a}, data: {x: hunter2}}\n---\n{apiVersion: v1, kind: secret, metadata: {name: a}, data: {x: hunter2b}}\n",
	"a kind with a blank":                          "{apiVersion: v1, kind: 'Secret ', metadata: {name: a}, data: {x: hunter2}}\n---\n{apiVersion: v1, kind: 'Secret ', metadata: {name: a}, data: {x: hunter2b}}\n",
	"items of what is no list":                     "{apiVersion: x.io/v1, kind: Bundle, metadata: {name: a}, items: [{kind: Secret, data: {x: hunter2}}]}\n---\n{apiVersion: x.io/v1, kind: Bundle, metadata: {name: a}, items: [{kind: Secret, data: {x: hunter2b}}]}\n",
	"a template of secrets":                        "{apiVersion: template.openshift.io/v1, kind: Template, metadata: {name: a}, objects: [{apiVersion: v1, kind: Secret, data: {x: hunter2}}]}\n---\n{apiVersion: template.openshift.io/v1, kind: Template, metadata: {name: a}, objects: [{apiVersion: v1, kind: Secret, data: {x: hunter2b}}]}\n",
}

// TestSecretsStaySecret runs every input in every format, also with
// --show-values.
func TestSecretsStaySecret(t *testing.T) {
	for name, input := range secrets {
		for _, format := range report.Formats() {
			for _, flags := range [][]string{nil, {"--show-values"}, {"--show-values", "--color", "always"}} {
				got := run(t, input, append([]string{"check", "-o", format, "-"}, flags...)...)
				assert.NotContains(t, got.stdout, secretValue, "%s as %s %v", name, format, flags)
				assert.NotContains(t, got.stderr, secretValue, "%s as %s %v", name, format, flags)
			}
		}
	}
}

// TestErrorsQuoteNothing: what a parser says about a file that it cannot read
// may quote a value. It tries every seventh.
func TestErrorsQuoteNothing(t *testing.T) { errorsQuoteNothing(t, 7) }

// TestLongErrorsQuoteNothing tries them all.
func TestLongErrorsQuoteNothing(t *testing.T) {
	assertion.Long(t)
	errorsQuoteNothing(t, 1)
}

func errorsQuoteNothing(t *testing.T, every int) {
	t.Helper()
	for i, wrong := range []string{
		"p: hunter2: x", "p: *hunter2", "p: &hunter2", "p: !!int hunter2", "p: !!binary hunter2%", "p: !!float hunter2",
		"p: !<hunter2> x", "p: !hunter2! x", "p: \"hunter2", "p: 'hunter2", "p: [hunter2", "p: {hunter2", "p: {hunter2: x",
		"p: @hunter2", "p: `hunter2", "p: %hunter2", "p: \"\\hunter2\"", "p: \"\\xhunter2\"", "p: |hunter2", "p: >9hunter2",
		"p:\n\thunter2", "? hunter2\nx", "hunter2", "- hunter2", "p: hunter2\n p: x", "hunter2: a\nhunter2: b",
		"<<: hunter2", "<<: [hunter2]", "? {a: hunter2}\n: x", "? [hunter2]\n: x", "p: hunter2\x01", "p: hunter2\xff", "hunter2\x00",
		"...\nhunter2", "%YAML hunter2", "%TAG hunter2 x", "{{ hunter2 }}", "p: {{ hunter2 }}", "{% hunter2 %}",
		`{"p": hunter2}`, `{"p": "hunter2" "x"}`, `{"p": "hunter2"`, `["hunter2",]`, `{"hunter2": 1, "hunter2": 2}x`,
	} {
		if i%every > 0 {
			continue
		}
		for _, head := range []string{"", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  x: y\n", "apiVersion: v1\nkind: Secret\n---\n"} {
			for _, format := range report.Formats() {
				input := head + wrong + "\n"
				got := run(t, input, "check", "-o", format, "--show-values", "-")
				assert.NotContains(t, got.stdout+got.stderr, secretValue, "%q as %s", input, format)
			}
		}
	}
}

// TestSnippetsShowOnlyTheName: also beside objects that are no Secrets nothing
// is quoted but the name and its key.
func TestSnippetsShowOnlyTheName(t *testing.T) {
	for _, before := range []string{"token: hunter2, ", "\"token\": \"hunter2\", ", "hunter2: x, "} {
		for _, after := range []string{"", ", token: hunter2", ", \"x\": 'hunter2'", " # hunter2"} {
			object := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {%sname: web%s\n  }\n", before, after)
			input := object + "---\n" + object + "data: {a: b}\n"
			got := run(t, input, "check", "-")
			assert.Equal(t, exitFindings, got.code, "%s%s", input, got.stdout)
			assert.NotContains(t, got.stdout, secretValue, "%s", input)
			assert.Equal(t, 2, strings.Count(got.stdout, "^^^"), "%s", got.stdout)
		}
	}
}
