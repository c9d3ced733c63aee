package policy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/policy"
)

// refused are values of each field that are refused, with what is said: first one of
// another type, then values that mean nothing or lead out of the tree.
var refused = map[string]map[string]string{
	"namespace":  {"[a]": "a string is expected", "1": "a string is expected: quote it", "'{ns}'": `namespace "{ns}" has the placeholder {ns}, which no set has`},
	"namespaces": {"[a]": "a mapping of strings is expected", "{prod: shop}": "namespaces: there is no set"},
	"identical":  {"true": "a string is expected: quote it", "loud": `identical: unknown severity "loud"`},
	"baseline":   {"[a]": "a string is expected", "../a.json": "baseline: the file must be below the working directory", "/a.json": "baseline: the file must be"},
	"openshift":  {"[true]": "true or false is expected", "'true'": "true or false is expected"},
	"together":   {"maybe": "true or false is expected"},
	"strict":     {"1": "true or false is expected"},
	"severity": {
		"near-duplicate=off": "a list of strings is expected", "[near-duplicate]": `severity "near-duplicate" is not of the form RULE=LEVEL`,
		"[none=off]": `severity: unknown rule "none"`, "[near-duplicate=loud]": `severity "near-duplicate": unknown severity "loud"`,
	},
	"ignore":         {"Secret a/b": "a list of strings is expected", "[Secret]": `ignore: "Secret" is not of the form`},
	"cluster-scoped": {"A.b": "a list of strings is expected", "[a/b]": `cluster-scoped "a/b" is not of the form KIND.GROUP`},
	"set":            {"a": "a list of strings is expected", "['{a}/{a}']": "set", "['']": "set"},
	"skip":           {"a": "a list of strings is expected", "['[']": `skip "[" is not a valid glob`},
	"helm-values":    {"a": "a list of strings is expected", "[1]": "a string is expected: quote it"},
	"allow-unresolved": {
		"[a]": "an allowance names one part and says why", "[{path: a, reason: [b]}]": "a string is expected", "[{path: a, why: b}]": `there is no field "why"`,
		"[{path: '[', reason: b}]": `allow-unresolved "[" is not a valid glob`, "[{path: a, reason: b, cause: c}]": `there is no cause "c"`,
	},
	"clusters": {
		"{a: b}": "a list of mappings is expected", "[{name: a, server: b, token: c}]": `there is no field "token"`,
		"[{name: a, server: b}, {name: a, server: c}]": `clusters: two are called "a"`,
	},
	"repos": {
		"[a]": "a mapping of strings is expected", "{a: ''}": "repos: an entry has no URL, or no directory", "{a: ../b}": `repos: the directory "../b" has to be below`,
		"{a: /b}": `repos: the directory "/b" has to be below`, "{a: out}": `repos "out" leads out of the working directory`,
	},
	"vendor": {
		"[a]": "a string is expected", "../b": `vendor: the directory "../b" has to be below`, "/b": `vendor: the directory "/b" has to be below`,
		"out/b": `vendor "out/b" leads out of the working directory`,
	},
	"roots": {
		"{file: a}": "a list of mappings is expected", "[{file: ../a}]": `the file "../a" has to be below the working directory`, "[{path: a}]": `there is no field "path"`,
		"[{file: a.yaml}]": "there is no file a.yaml", "[{manifest: {kind: A}}]": "a root is an object of Argo CD or Flux",
	},
}

// TestEveryFieldRefuses: a wrong value of any field is named with its file and line.
func TestEveryFieldRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Symlink(os.TempDir(), "out"))
	for _, field := range policy.Fields() {
		assert.NotEmpty(t, refused[field], "the table has every field: %s", field)
		for value, want := range refused[field] {
			require.NoError(t, os.WriteFile(policy.File, []byte("# a comment\n"+field+": "+value+"\n"), 0o600))
			_, err := policy.Source{}.Policy(t.Context(), "")
			if assert.Error(t, err, "%s: %s", field, value) {
				assert.True(t, strings.HasPrefix(err.Error(), "kuniq.yaml: line 2: "+want), "%s: %s: %s", field, value, err)
			}
		}
	}
	assert.Len(t, refused, len(policy.Fields()), "the table has no other fields")
}
