package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/policy"
)

func TestParse(t *testing.T) {
	p, err := policy.Parse([]byte(`# why
namespace: shop
identical: warn
baseline: kuniq-baseline.json
openshift: true
strict: true
severity: [near-duplicate=off]
ignore:
  - Secret shop/*-tls # two charts bring it
  - ConfigMap *
cluster-scoped: [Tenant.example.com]
set: ["env/{cluster}"]
skip: [vendor]
`))
	require.NoError(t, err)
	assert.Equal(t, policy.Policy{
		Namespace: "shop", Identical: "warn", Baseline: "kuniq-baseline.json", OpenShift: true, Strict: true,
		Severity: []string{"near-duplicate=off"}, Ignore: []string{"Secret shop/*-tls", "ConfigMap *"},
		ClusterScoped: []string{"Tenant.example.com"}, Set: []string{"env/{cluster}"}, Skip: []string{"vendor"},
	}, p)

	for _, nothing := range []string{"", "# a comment\n", "---\n", "{}", "null\n"} {
		p, err := policy.Parse([]byte(nothing))
		require.NoError(t, err, nothing)
		assert.Zero(t, p)
	}
}

func TestParseRefuses(t *testing.T) {
	for data, want := range map[string]string{
		"namespace: a\nignored: [x]\n":      `line 2: there is no field "ignored"`,
		"Ignore: [x]\n":                     `line 1: there is no field "Ignore"`,
		"ignore: [x]\nignore: [y]\n":        `line 2: "ignore" appears twice`,
		"ignore: Secret *\n":                "line 1: a list of strings is expected",
		"ignore:\n- [a]\n":                  "line 2: a string is expected",
		"ignore:\n- null\n":                 "line 2: a string is expected: quote it",
		"namespace: 1\n":                    "line 1: a string is expected: quote it",
		"openshift: yes\n":                  "line 1: true or false is expected",
		"openshift: \"true\"\n":             "line 1: true or false is expected",
		"skip: &a [x]\nset: *a\n":           "line 1: anchors and aliases are not allowed",
		"<<: {skip: [x]}\n":                 "line 1: a string is expected: quote it",
		"skip: !!seq [x]\n":                 "line 1: tags are not allowed",
		"- a\n":                             "line 1: a mapping is expected",
		"skip: [a]\n---\nset: [b]\n":        "there is more than one document",
		"skip: [a\n":                        "yaml: line ",
		strings.Repeat("[", 100_000):        "yaml: ",
		strings.Repeat("#", 256<<10) + "\n": "it is larger than 256 KiB",
	} {
		_, err := policy.Parse([]byte(data))
		if assert.Error(t, err, data[:min(len(data), 40)]) {
			assert.True(t, strings.HasPrefix(err.Error(), want), "%q, not %q", err.Error(), want)
		}
	}
}

// FuzzParse: a stranger's policy is read or refused in one harmless line.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "ignore: [a]", "a: &b [*b]", "set: \"\\e\"", "x\x1b: 1", "? [a]\n: b", "%YAML 1.1\n---\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := policy.Parse(data); err != nil {
			require.Equal(t, err.Error(), dupcheck.Quote(err.Error()))
		}
	})
}
