package split

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split/journal"
)

// badDisk is a folder on a disk that has other bytes of one file than were
// written.
type badDisk struct {
	journal.Folder
	victim string
}

func (f badDisk) Sub(name string) (journal.Folder, error) {
	in, err := f.Folder.Sub(name)
	return badDisk{in, f.victim}, err
}

func (f badDisk) Rename(name string, to journal.Folder, newName string) error {
	return f.Folder.Rename(name, to.(badDisk).Folder, newName)
}

func (f badDisk) RenameNew(name string, to journal.Folder, newName string) error {
	return f.Folder.RenameNew(name, to.(badDisk).Folder, newName)
}

func (f badDisk) Read(name string) (journal.File, error) {
	if name == f.victim {
		return rotten{strings.NewReader("rotten\n")}, nil
	}
	return f.Folder.Read(name)
}

// rotten is a file that has other bytes than were written.
type rotten struct{ *strings.Reader }

func (rotten) Close() error { return nil }

// TestLongReadBackOfMany: the one bad file among many that are read at once.
func TestLongReadBackOfMany(t *testing.T) {
	assertion.Long(t)
	const n = 3000
	plan := files{}
	for i := range n {
		plan[fmt.Sprintf("%d/%d.yaml", i%7, i)] = fmt.Sprintln(i)
	}
	for _, i := range []int{0, 1234, n - 1} {
		dir := t.TempDir()
		o := WriteOptions{open: func(root *os.Root) (journal.Folder, error) {
			in, err := journal.OpenFolder(root)
			return badDisk{in, fmt.Sprintf("%d.yaml", i)}, err
		}}
		_, err := planned(plan).Write(context.Background(), openRoot(t, dir), o)
		name := filepath.Join(dir, fmt.Sprintf("%d/%d.yaml", i%7, i))
		require.EqualError(t, err, name+": has other bytes than were written; every file was put back as it was")
		require.Empty(t, readAll(t, dir))
	}
}
