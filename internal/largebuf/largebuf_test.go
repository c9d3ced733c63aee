package largebuf_test

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/internal/largebuf"
)

var assert, require = assertion.Continue, assertion.Stop

func TestBufferIsEmptyAndHasRoom(t *testing.T) {
	for _, n := range []int{0, 1, 2 << 20, 4<<20 - 1, 4 << 20, 4<<20 + 1, 9<<20 + 4097} {
		b := largebuf.Buffer(n)
		assert.Empty(t, b)
		assert.LessOrEqual(t, n, cap(b))
		b = b[:n]
		for i := range b {
			if b[i] != 0 {
				t.Fatalf("byte %d of %d is %d", i, n, b[i])
			}
			b[i] = byte(i)
		}
	}
}

func TestReadIsWhatIsInTheFile(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]byte, 21<<20+12345)
	for i := range all {
		all[i] = byte(random.Uint32())
	}
	name := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(name, all, 0o600))
	for _, c := range []struct{ from, n, want int }{
		{0, 0, 0},
		{0, 100, 100},
		{3, len(all), len(all) - 3}, // it is shorter than was said
		{0, len(all), len(all)},
		{5, 9 << 20, 9 << 20},
		{len(all) - 7, 100, 7},
		{len(all) - 7, 30 << 20, 7},
		{1, 40 << 20, len(all) - 1},
	} {
		f, err := os.Open(name)
		require.NoError(t, err)
		_, err = f.Seek(int64(c.from), io.SeekStart)
		require.NoError(t, err)
		got, err := largebuf.Read(f, c.n, 512)
		require.NoError(t, err)
		require.Equal(t, c.want, len(got), "%v", c)
		assert.LessOrEqual(t, c.n+512, cap(got))
		assert.True(t, string(all[c.from:c.from+c.want]) == string(got), "%v", c)
		rest, err := io.ReadAll(f)
		require.NoError(t, err)
		assert.Equal(t, len(all)-c.from-c.want, len(rest), "the file goes on behind it")
		require.NoError(t, f.Close())
	}
	dir, err := os.Open(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	_, err = largebuf.Read(dir, 30<<20, 0)
	assert.NotNil(t, err)
}
