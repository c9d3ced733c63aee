package revision

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEdits: what has changed or gone, and what it was; not what is new or the
// same.
func TestEdits(t *testing.T) {
	s := newScratch(t)
	for _, name := range []string{"same", "edited", "gone", "moved", "a/deep\nname", "linked", "kept/in/index", "other.txt"} {
		s.write(name, "was "+name)
	}
	require.NoError(t, os.Symlink("same", filepath.Join(s.dir, "link")))
	base := s.commit("base")
	s.write("edited", "is")
	s.write("new", "new")
	s.write("other.txt", "is")
	s.git("mv", "moved", "a/moved")
	for _, name := range []string{"gone", "a/deep\nname", "linked", "link", "kept/in/index"} {
		require.NoError(t, os.Remove(filepath.Join(s.dir, name)))
	}
	require.NoError(t, os.Symlink("same", filepath.Join(s.dir, "linked")))
	s.write("link", "no link")
	s.git("rm", "-q", "--cached", "kept/in/index")
	s.git("config", "filter.x.clean", "touch ran; cat")
	s.write(".gitattributes", "* filter=x\n")
	s.write("kept/in/index", "untracked now")

	r, err := Open(t.Context(), filepath.Join(s.dir, "a"), base)
	require.NoError(t, err)
	edits, err := r.Edits(t.Context(), func(path string) bool { return path != "other.txt" })
	require.NoError(t, err)
	got := map[string]string{}
	for _, e := range edits {
		got[e.Path] = string(e.Was)
	}
	assert.Equal(t, map[string]string{
		"edited": "was edited", "gone": "was gone", "moved": "was moved", "a/deep\nname": "was a/deep\nname",
		"linked": "was linked", "link": "", "kept/in/index": "was kept/in/index", "other.txt": "",
	}, got)
	assert.NoFileExists(t, filepath.Join(s.dir, "ran"))

	for file, want := range map[string]string{"../edited": "edited", "moved": "a/moved", "../gone": "gone", "nothing": "a/nothing", "../linked": "same"} {
		place, ok := r.Place(file)
		assert.True(t, ok)
		assert.Equal(t, want, place, file)
	}
	_, ok := r.Place("../../x")
	assert.False(t, ok)
	assert.Equal(t, "../edited", r.Seen("edited"))
	assert.Equal(t, "moved", r.Seen("a/moved"))
}

// TestEditsWithoutContent: a clone that lacks what a file was cannot tell.
func TestEditsWithoutContent(t *testing.T) {
	s := newScratch(t)
	s.write("a.yaml", strings.Repeat("was\n", 100))
	base := s.commit("base")
	s.forget("a.yaml")
	s.write("a.yaml", "is")
	s.commit("is")
	r, err := Open(t.Context(), s.dir, base)
	require.NoError(t, err)
	_, err = r.Edits(t.Context(), func(string) bool { return true })
	assert.ErrorContains(t, err, "the content of a.yaml")
	edits, err := r.Edits(t.Context(), func(string) bool { return false })
	require.NoError(t, err)
	assert.Equal(t, []Edit{{Path: "a.yaml"}}, edits)
}
