package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestParseRemoteBase has cases of kustomize's own test (v5.8.2,
// api/internal/git/repospec_test.go).
func TestParseRemoteBase(t *testing.T) {
	for raw, want := range map[string]RemoteBase{
		"https://github.com/someOrg/someRepo?ref=v1.0.0":                         {"https://github.com/someOrg/someRepo", "v1.0.0", "."},
		"https://github.com/someOrg/someRepo/a/b?ref=v1":                         {"https://github.com/someOrg/someRepo", "v1", "a/b"},
		"https://github.com/someOrg/someRepo//a/b/?version=v1":                   {"https://github.com/someOrg/someRepo", "v1", "a/b"},
		"github.com/someOrg/someRepo//a":                                         {"https://github.com/someOrg/someRepo", "", "a"},
		"GitHub.com/someOrg/someRepo.git/a":                                      {"https://github.com/someOrg/someRepo.git", "", "a"},
		"git::https://github.com/someOrg/someRepo//a":                            {"https://github.com/someOrg/someRepo", "", "a"},
		"git@github.com:someOrg/someRepo//a?ref=v1":                              {"git@github.com:someOrg/someRepo", "v1", "a"},
		"ssh://git@github.com/someOrg/someRepo.git//a":                           {"git@github.com:someOrg/someRepo.git", "", "a"},
		"git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git?ref=v0.1.0":     {"git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git", "v0.1.0", "."},
		"https://fabrikam.visualstudio.com/someorg/somerepo/_git/r/a?ref=main":   {"https://fabrikam.visualstudio.com/someorg/somerepo/_git/r", "main", "a"},
		"ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/myrepo//a":        {"ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/myrepo", "", "a"},
		"https://example.org/path/to/repo.git//examples/multibases/dev?ref=v1":   {"https://example.org/path/to/repo.git", "v1", "examples/multibases/dev"},
		"file:///var/run/repo//path/to/kustomization/root":                       {"file:///var/run/repo", "", "path/to/kustomization/root"},
		"file:///var/run/repo.git?ref=v1":                                        {"file:///var/run/repo.git", "v1", "."},
		"http://127.0.0.1:8080/org/repo.git//base?ref=refs/heads/main&timeout=9": {"http://127.0.0.1:8080/org/repo.git", "refs/heads/main", "base"},
	} {
		got, ok := ParseRemoteBase(raw)
		assert.True(t, ok, raw)
		assert.Equal(t, want, got, raw)
	}
	for _, raw := range []string{
		"", "base", "../base", "/abs/repo", "htxxtp://github.com/a/b", "https://github.com/someOrg", "https://github.com/a/b//../../c", "ext::sh -c x", "https://host",
	} {
		_, ok := ParseRemoteBase(raw)
		assert.False(t, ok, raw)
	}
}

func TestIsRemoteFile(t *testing.T) {
	for raw, want := range map[string]bool{
		"https://raw.githubusercontent.com/org/repo/main/x.yaml": true, "https://github.com/org/repo/releases/download/v1/x.yaml": true,
		"https://example.com/manifests": true, "https://github.com/org/repo": false, "https://example.com/repo.git": false,
		"https://example.com/org/repo//base": false, "https://example.com/org/repo?ref=v1": false, "git@example.com:a/b.yaml": false, "a.yaml": false,
	} {
		assert.Equal(t, want, IsRemoteFile(raw), raw)
	}
}
