package journal

import (
	"io/fs"
	"strconv"
)

// Change is what becomes of one file.
type Change struct {
	// Path is below the directory, with slashes.
	Path string
	// Parts are the new bytes, one after the other.
	Parts [][]byte
	// Old and New are the digests of the file before and after. The zero Digest
	// means that there is no file.
	Old, New Digest
	// Mode has the permission bits of a new file. Zero means those of the umask. A file
	// that replaces another one has the bits of that file.
	Mode fs.FileMode

	number int  // of the change in its run
	made   bool // whether it is in effect
}

// IsDelete says whether the file is removed.
func (c *Change) IsDelete() bool { return c.New == Digest{} }

// isNew says whether there is no file yet.
func (c *Change) isNew() bool { return c.Old == Digest{} }

// replaces says whether a file comes in place of another one.
func (c *Change) replaces() bool { return !c.IsDelete() && !c.isNew() }

// newName and oldName are the names of the new and the old file in .kuniq-tmp.
func (c *Change) newName() string { return strconv.Itoa(2 * c.number) }
func (c *Change) oldName() string { return strconv.Itoa(2*c.number + 1) }
