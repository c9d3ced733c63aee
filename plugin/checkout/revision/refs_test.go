package revision

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRefs: the branches are those of the remote, and a tag with a message is the
// commit that it is about.
func TestRefs(t *testing.T) {
	s := newScratch(t)
	repo := s.repository()
	assert.True(t, repo.IsTop(t.Context()))
	none, err := repo.Refs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "main", none.Current)

	one := s.commit("one")
	s.git("tag", "-a", "-m", "x", "v1")
	refs, err := repo.Refs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Refs{Tags: map[string]string{"v1": one}, Branches: map[string]string{"main": one}, Current: "main"}, refs)

	s.commit("two")
	s.git("update-ref", "refs/remotes/origin/prod", one)
	s.git("update-ref", "refs/remotes/fork/prod", "HEAD")
	s.git("update-ref", "refs/remotes/fork/team/x", one)
	s.git("checkout", "-q", "--detach")
	refs, err = repo.Refs(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"prod": one, "team/x": one}, refs.Branches)
	assert.Empty(t, refs.Current)

	s.write("deep/x", "")
	s.write("deep/and deeper/x", "")
	for name, want := range map[string]string{"": "", "deep": "deep", "deep/and deeper": "deep/and deeper"} {
		below, inside := Repository{filepath.Join(s.dir, name)}.Below(t.Context())
		assert.True(t, inside, name)
		assert.Equal(t, want, below)
	}
	_, inside := Repository{s.dir + "/.git"}.Below(t.Context())
	assert.False(t, inside)
	assert.False(t, Repository{s.dir + "/deep"}.IsTop(t.Context()))
	assert.False(t, Repository{t.TempDir()}.IsTop(t.Context()))
}
