package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLocate(t *testing.T) {
	for _, url := range []string{
		"https://git.example.com/org/repo", "https://git.example.com/org/repo.git", "https://GIT.example.com/org/repo/",
		"ssh://git@git.example.com/org/repo", "ssh://git@git.example.com:22/org/repo.git", "git@git.example.com:org/repo.git",
		"https://user:secret@git.example.com:443/org/repo", " git.example.com:/org/repo", "http://git.example.com:80/org/repo",
	} {
		assert.Equal(t, "git.example.com/org/repo", Locate(url).String(), url)
	}
	for url, want := range map[string]string{
		"https://git.example.com/Org/other":           "git.example.com/Org/other",
		"https://git.example.com:8443/org/repo":       "git.example.com:8443/org/repo",
		"https://user:secret@git.example.com/org/one": "git.example.com/org/one",
		"file:///srv/git/one.git":                     "/srv/git/one",
		"/srv/git/one.git":                            "/srv/git/one",
		"https://[::1]:8443/one":                      "[::1]:8443/one",
		"":                                            "/",
	} {
		assert.Equal(t, want, Locate(url).String(), url)
	}
	one := Locate("https://git.example.com:8443/Org/Repo").Fold()
	assert.Equal(t, one, Locate("git@git.example.com:org/repo").Fold())
	assert.NotEqual(t, one, Locate("git@git.example.org:org/repo").Fold())
}

func TestWithoutPassword(t *testing.T) {
	for url, want := range map[string]string{
		"https://user:secret@git.example.com/a@b": "https://git.example.com/a@b",
		"https://token@git.example.com":           "https://git.example.com",
		"ssh://git@git.example.com/a":             "ssh://git@git.example.com/a",
		"ssh://git:secret@git.example.com/a":      "ssh://git.example.com/a",
		"git@git.example.com:a":                   "git@git.example.com:a",
	} {
		assert.Equal(t, want, WithoutPassword(url))
	}
}
