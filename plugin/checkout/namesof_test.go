package checkout

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamesOf(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("repo/out", 0o777))
	require.NoError(t, os.Symlink("repo", "link"))
	names, itself, err := NamesOf("repo/out", []string{"repo/", "./link", "-", "absent", "repo/out2"})
	assert.NoError(t, err)
	assert.Empty(t, itself)
	assert.Equal(t, []string{"repo/out", "link/out"}, names)
	_, itself, err = NamesOf("link/out", []string{"repo", "repo/out"})
	assert.NoError(t, err)
	assert.Equal(t, "repo/out", itself)
	names, _, err = NamesOf("repo/new/deep", []string{"."}) // which is not there yet
	assert.NoError(t, err)
	assert.Equal(t, []string{"repo/new/deep"}, names)
}
