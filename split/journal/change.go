package journal

import "io/fs"

// Change is what becomes of one file.
type Change struct {
	// Path is below the directory, with slashes.
	Path string `json:"path"`
	// Parts are the new bytes, one after the other.
	Parts [][]byte `json:"-"`
	// Old and New are the digests of the file before and after. The zero Digest
	// means that there is no file.
	Old Digest `json:"old"`
	New Digest `json:"new"`
	// Mode has the permission bits of a new file. Zero is what the umask allows. A
	// file that replaces another one has those of that one.
	Mode fs.FileMode `json:"mode"`

	temp, backup int  // numbers of the new and the old file in .kuniq-tmp
	made         bool // by a run that was interrupted
}

// IsDelete says whether the file is removed.
func (c *Change) IsDelete() bool { return c.New == Digest{} }

// isNew says whether there is no file yet.
func (c *Change) isNew() bool { return c.Old == Digest{} }

// replaces says whether a file comes in place of another one.
func (c *Change) replaces() bool { return !c.IsDelete() && !c.isNew() }
