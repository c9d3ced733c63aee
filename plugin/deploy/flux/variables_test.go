package flux_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
)

// TestVariables has a text with variables as the name of an object, and the name that it
// becomes. "-" is an object that Flux drops, since its name is no string, "refused" what
// Flux refuses, and "unknown" a name that kuniq does not know.
func TestVariables(t *testing.T) {
	const set = "substitute: {name: Bob, num: '42', empty: '', flag: 'true', zeros: '007', power: '1e3', pair: 'k: v', lines: \"a\\nb\"}"
	for text, want := range map[string]string{
		`${name}`: "Bob", `${missing:-d}`: "d", `${missing:=d}`: "d", `${missing:-${name}}`: "Bob",
		`${missing}`: "unknown", `${missing:-}`: "-", `${empty:-d}`: "d", `${empty}`: "-", `${lines}`: "ab",
		`${missing:?e}`: "e", `${missing:+a}`: "a", `${name:+a}`: "Bob",
		`${name-d}`: "refused", `${name+a}`: "refused", `${a-b}`: "refused", `${a.b}`: "refused", `${x[@]}`: "refused",
		`$name`: "$name", `$1`: "$1", `$(name)`: "$(name)", `100%$`: "100%$",
		`$${name}`: "${name}", `a$$b`: "a$b", `a$$$b`: "a$$b", `\${name}`: `\Bob`, `${1}`: "unknown",
		`${name:0:2}`: "Bo", `${name^^}`: "BOB", `${name,,}`: "bob", `${#name}`: "-", `p${#name}`: "p3", `${name/B/J}`: "Job", `${name%b}`: "Bo", `${name#B}`: "ob",
		`${num}`: "-", `p${num}`: "p42", `${flag}`: "-", `${zeros}`: "-", `${power}`: "-", `${pair}`: "refused",
		`${ name }`: "refused", `${name`: "refused",
	} {
		assert.Equal(t, want, nameOf(t, set, text), text)
	}
}

// nameOf is the name of the object of a Kustomization.
func nameOf(t *testing.T, postBuild, text string, more ...string) string {
	t.Helper()
	object := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: x\n  name: '%s'\n", text)
	files := append([]string{"flux.yaml", kustomization("a", "./a", "postBuild: {"+postBuild+"}"), "a/c.yaml", object}, more...)
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter})
	revision, err := resolver.Read(tree(files...))
	require.NoError(t, err)
	require.NoError(t, resolver.Resolve(t.Context(), nil, revision))
	all := revision.Snapshot().Deployers
	i := slices.IndexFunc(all, func(d deploy.Deployer) bool { return d.ID.Name == "a" })
	switch desired := all[i].Desired; {
	case desired.Refused():
		return "refused"
	case desired.Unresolved != "", desired.Partly != "":
		return "unknown"
	case len(desired.Objects) == 0:
		return "-"
	default:
		return desired.Objects[0].Name
	}
}

// TestWhereVariablesComeFrom has the order of ConfigMaps, Secrets and the spec itself.
func TestWhereVariablesComeFrom(t *testing.T) {
	from := func(refs ...string) string {
		for i, ref := range refs {
			refs[i] = "{kind: ConfigMap, name: " + ref + "}"
		}
		return "substituteFrom: [" + strings.Join(refs, ", ") + "]"
	}
	object := func(kind, name, data string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: %s\nmetadata: {name: %s, namespace: flux-system}\ndata: {%s}\n", kind, name, data)
	}
	vars := []string{
		"vars.yaml", object("ConfigMap", "one", "a: first, b: first") + "---\n" + object("ConfigMap", "two", "a: second") + "---\n" + object("ConfigMap", "bad", "x.yaml: y") + "---\n" + object("Secret", "s", "a: Zm9v") +
			"---\n" + strings.Replace(object("ConfigMap", "far", "a: far"), "flux-system", "other", 1),
	}
	for _, tt := range []struct{ name, postBuild, text, want string }{
		{"one", from("one"), "${a}", "first"},
		{"the later one", from("one", "two"), "${a}", "second"},
		{"the earlier one has more", from("one", "two"), "${b}", "first"},
		{"the spec", "substitute: {a: own}, " + from("one", "two"), "${a}", "own"},
		{"a name that is none", from("one", "bad"), "${a}", "refused"},
		{"a Secret", "substituteFrom: [{kind: Secret, name: s}]", "${a}", "unknown"},
		{"a Secret, in no name", "substituteFrom: [{kind: Secret, name: s}]", "plain", "plain"},
		{"another namespace", from("far"), "${a}", "unknown"},
		{"one that is not here", from("none"), "${a:-d}", "unknown"},
		{"one that is not here, in no name", from("none"), "plain", "plain"},
		{"one that need not be here", "substituteFrom: [{kind: ConfigMap, name: none, optional: true}]", "${a:-d}", "unknown"},
		{"no variable at all", "substitute: {}", "${a:-d}", "${a:-d}"},
		{"no variable at all, but always", "substituteStrategy: Always", "${a:-d}", "d"},
		{"a word of YAML 1.1", "substitute: {n: x}", "${n:-d}", "d"},
		{"what that word becomes", "substitute: {n: x}", "${false}", "x"},
	} {
		assert.Equal(t, tt.want, nameOf(t, tt.postBuild, tt.text, vars...), tt.name)
	}
}

// TestVariablesReach has the places of variables, each with a change of one.
func TestVariablesReach(t *testing.T) {
	const generator = "namespace: x\nconfigMapGenerator: [{name: g, literals: ['a=${A}']}]\n"
	marked := func(mark string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'n-${A}', namespace: x, " + mark + "}\n"
	}
	for _, tt := range []struct {
		name  string
		files []string
		want  string
	}{
		{"a value", []string{"a/v.yaml", volume + "spec: {storageClassName: '${A}'}\n"}, ""},
		{"a namespace", []string{"a/v.yaml", strings.Replace(volume, "namespace: x", "namespace: '${A}'", 1)}, "data pruned"},
		{"a kind", []string{"a/v.yaml", strings.Replace(unknownKind, "Thing", "Thing${A}", 1)}, "data pruned"},
		{"a key", []string{"a/v.yaml", volume + "data: {'${A}': x}\n"}, ""},
		{"a comment", []string{"a/v.yaml", volume + "# ${a-b} ${A}\n"}, ""},
		{"a field of the kustomization", []string{"a/kustomization.yaml", "namePrefix: '${A}-'\nresources: [v.yaml]\n", "a/v.yaml", volume}, "one-data pruned"},
		{"what a name has a hash of", []string{"a/kustomization.yaml", generator}, ""},
		{"the name of what is generated", []string{"a/kustomization.yaml", strings.Replace(generator, "name: g", "name: 'g-${A}'", 1)}, "g-one-fh629b97kd pruned"},
		{"an object that opts out by a label", []string{"a/v.yaml", marked("labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}")}, ""},
		{"an object that does not opt out", []string{"a/v.yaml", marked("labels: {kustomize.toolkit.fluxcd.io/substitute: Disabled}")}, "n-one pruned"},
		{"an object whose mark has a variable", []string{"a/v.yaml", marked("labels: {kustomize.toolkit.fluxcd.io/substitute: '${A}'}")}, "n-one pruned"},
	} {
		with := func(value string) []string {
			return append([]string{"flux.yaml", kustomization("a", "./a", "postBuild: {substitute: {A: "+value+"}}")}, tt.files...)
		}
		assert.Equal(t, tt.want, happened(t, tree(with("one")...), tree(with("two")...)), tt.name)
		assert.Empty(t, happened(t, tree(with("one")...), tree(with("one")...)), tt.name)
	}
}
