package revision

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFind has the forms of a targetRevision.
func TestFind(t *testing.T) {
	hash := strings.Repeat("0123456789", 4)
	refs := Refs{
		Tags:     map[string]string{"v1.0.0": "one", "v1.2.0": "two", "v1.3.0-rc1": "rc", "2.0.0": "three", "both": "tag", "same": "x", "2024.03": "date", "odd": "odd"},
		Branches: map[string]string{"prod": "p", "both": "branch", "same": "x", "^5": "five"},
	}
	for revision, want := range map[string]string{
		hash: hash, "0123456": "0123456", "abcdef": "!", "v1.0.0": "one", "1.0.0": "!", "2.0.0": "three", "v1": "!", "1.x": "two", "*": "date",
		">=1.0.0 <1.2.0": "one", "~1.2": "two", "^9": "!", "^5": "five", ">=1.2.1-0 <2.0.0-0": "rc", "prod": "p", "refs/heads/prod": "p", "refs/tags/odd": "odd",
		"both": "!", "refs/heads/both": "branch", "same": "x", "2024.03": "date", "nowhere": "!",
	} {
		commit, err := refs.Find(revision)
		if err != nil {
			commit = "!"
		}
		assert.Equal(t, want, commit, revision)
	}
	for versions, want := range map[string]string{"1.0.0": "one", "1.x": "two", "^9": "!", "prod": "!"} {
		commit, err := refs.Newest(versions)
		if err != nil {
			commit = "!"
		}
		assert.Equal(t, want, commit, versions)
	}
	_, err := refs.Named("1.x")
	assert.Error(t, err)
	refs.Shallow = true
	_, err = refs.Find("1.x")
	assert.ErrorContains(t, err, "shallow")
	_, err = refs.Find("v1.0.0")
	assert.NoError(t, err)
}
