package gitops_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// TestParseFindsEverySpelling: whatever YAML reads as an Application is one.
func TestParseFindsEverySpelling(t *testing.T) {
	const plain = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  destination: {name: b}\n"
	spell := func(s string) string { return strings.Replace(plain, "argoproj.io/v1alpha1", s, 1) }
	big := "\xfe\xff"
	for _, c := range utf16.Encode([]rune(plain)) {
		big += string([]byte{byte(c >> 8), byte(c)})
	}
	for name, text := range map[string]string{
		"plain": plain, "UTF-16": big,
		"hex":         spell(`"\x61rgoproj.io/v1alpha1"`),
		"unicode":     spell(`"\u0061rgoproj.io/v1alpha1"`),
		"long":        spell(`"\U00000061rgoproj.io/v1alpha1"`),
		"two lines":   spell("\"argopr\\\n  oj.io/v1alpha1\""),
		"base64":      spell("!!binary YXJnb3Byb2ouaW8vdjFhbHBoYTE="),
		"verbatim":    spell("!<tag:yaml.org,2002:binary> YXJnb3Byb2ouaW8vdjFhbHBoYTE="),
		"escaped tag": spell("!!bin%61ry YXJnb3Byb2ouaW8vdjFhbHBoYTE="),
		"directive":   "%TAG !e! tag:yaml.org,2002:bin\n---\n" + spell("!e!ary YXJnb3Byb2ouaW8vdjFhbHBoYTE="),
	} {
		d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(text))
		assert.True(t, gitops.ArgoCD.MayDeclare([]byte(text)), name)
		if assert.Len(t, d.Applications, 1, name) {
			assert.Equal(t, "b", d.Applications[0].Spec.Destination.Name, name)
			at := d.Applications[0].At.Of("spec", "destination")
			assert.Positive(t, at.Line, name)
		}
	}
	for _, text := range []string{"", "a: b\\n", `a: "\n\"\\"`, "a: !x b", "a: b!", "binaryData: {}", "a: " + strings.Repeat("! ", 300)} {
		assert.False(t, gitops.ArgoCD.MayBeIn([]byte(text)), text)
	}
	assert.True(t, gitops.ArgoCD.MayBeIn([]byte("\x00\x00\xfe\xff")), "what cannot be read")
	assert.NotEmpty(t, gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(spell(`"argoproj.io\/v1alpha1"`))).Unread, "JSON alone knows this escape")
}

// TestMayDeclare: Applications may be in what mentions them, but for comments and
// annotations.
func TestMayDeclare(t *testing.T) {
	for text, want := range map[string]bool{
		"# of the Application\nmetadata: {annotations: {argocd.argoproj.io/sync-wave: '1'}}\n":   false,
		"# argoproj.io/v1alpha1 Application\na: b\n":                                             false,
		`{"a": "\u003e argoproj.io"}`:                                                            false,
		"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n":                                      false,
		"metadata: {annotations: {argocd.argoproj.io/sync-wave: '1'}}\n---\nkind: Application\n": false,
		"patches:\n- patch: |\n    apiVersion: argoproj.io/v1alpha1\n    kind: ApplicationSet\n": true,
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {{ .x }}\n":                  true,
		"a: 1\n---\nlist: [{a: argoproj.io/v1alpha1, b: Application}]\n":                         true,
	} {
		assert.Equal(t, want, gitops.ArgoCD.MayDeclare([]byte(text)), text)
	}
	assert.True(t, gitops.Flux.MayDeclare([]byte("apiVersion: helm.toolkit.fluxcd.io/v2\n")))
	assert.False(t, gitops.Flux.MayDeclare([]byte("a: {kustomize.toolkit.fluxcd.io/prune: disabled}\n")))
}
