package render

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCache(t *testing.T) {
	c := Cache{Dir: filepath.Join(t.TempDir(), "new"), Version: "1"}
	j := jobOf(t, "prod")
	_, ok := c.get(j)
	assert.False(t, ok)
	r := run(j)
	c.put(j, r)
	got, ok := c.get(j)
	require.True(t, ok)
	assert.Equal(t, r, got)

	// It is another result if anything else was read, or by another version.
	_, ok = Cache{Dir: c.Dir, Version: "2"}.get(j)
	assert.False(t, ok)
	for name := range j.Files {
		other := jobOf(t, "prod")
		other.Files[name] = append(other.Files[name], '\n')
		_, ok := c.get(other)
		assert.False(t, ok, name)
	}
	other := jobOf(t, "prod")
	other.Origins = true
	_, ok = c.get(other)
	assert.False(t, ok)

	// A damaged entry is none, and no Secret's value is in one.
	damaged := 0
	require.NoError(t, filepath.WalkDir(c.Dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		require.NoError(t, err)
		assert.NotContains(t, string(data), "hunter2")
		damaged++
		data[len(data)-1]++
		return os.WriteFile(p, data, 0o600)
	}))
	assert.Equal(t, 1, damaged)
	_, ok = c.get(j)
	assert.False(t, ok)
}

// TestPoolCache: the second time there is no need for a worker, except for what
// failed.
func TestPoolCache(t *testing.T) {
	pool := Pool{Command: command(t, "serves"), Cache: Cache{Dir: t.TempDir()}}
	dirs := []string{"prod", "twice"}
	reasons := func() (out []string) {
		pool.Run(context.Background(), len(dirs), func(i int) (Job, error) { return jobOf(t, dirs[i]), nil }, func(o Outcome) { out = append(out, o.Reason.String()) })
		return out
	}
	assert.Equal(t, []string{"", "kustomize refuses it: Deployment web is there twice"}, reasons())
	pool.Command = command(t, "dies")
	assert.Equal(t, []string{"", "the process that rendered it died; it may have needed too much memory"}, reasons())
}
