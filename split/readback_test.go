package split

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// badDisk is a folder on a disk that has other bytes of one file than were
// written.
type badDisk struct {
	folder
	victim string
}

func (f badDisk) sub(name string) (folder, error) {
	in, err := f.folder.sub(name)
	return badDisk{in, f.victim}, err
}

func (f badDisk) rename(name string, to folder, newName string) error {
	return f.folder.rename(name, to.(badDisk).folder, newName)
}

func (f badDisk) read(name string) (io.ReadCloser, error) {
	if name == f.victim {
		return io.NopCloser(strings.NewReader("rotten\n")), nil
	}
	return f.folder.read(name)
}

// TestReadBackOfMany: the one bad file among many that are read at once.
func TestReadBackOfMany(t *testing.T) {
	const n = 3000
	plan := files{}
	for i := range n {
		plan[fmt.Sprintf("%d/%d.yaml", i%7, i)] = fmt.Sprintln(i)
	}
	for _, i := range []int{0, 1234, n - 1} {
		dir := t.TempDir()
		o := WriteOptions{faults: &faults{open: func(root *os.Root) (folder, error) {
			in, err := openFolder(root)
			return badDisk{in, fmt.Sprintf("%d.yaml", i)}, err
		}}}
		_, err := planned(plan).Write(context.Background(), openRoot(t, dir), o)
		name := filepath.Join(dir, fmt.Sprintf("%d/%d.yaml", i%7, i))
		require.EqualError(t, err, name+": has other bytes than were written; every file was put back as it was")
		require.Empty(t, readAll(t, dir))
	}
}
