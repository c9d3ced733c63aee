package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// Cache keeps results in files between runs. It finds a result by the hash of everything
// that its job reads, so no result is ever out of date. A process that can write there
// decides what is found in a tree, so the directory must not be a part of a checked tree.
// The zero value keeps nothing.
type Cache struct {
	// Dir is the directory. It is made when something is to be kept.
	Dir string
	// Version is another input of a result: the version of the program that made it.
	Version string
}

// OpenCache makes the directory, if it is not there, and returns the cache in it.
func OpenCache(dir, version string) (c Cache, err error) {
	if err = os.MkdirAll(dir, 0o700); err == nil {
		c.Dir, err = checkout.RealPath(dir)
	}
	c.Version = version
	return c, err
}

// file returns the file for the result of a job, and false if it is not kept.
func (c Cache) file(j Job) (string, bool) {
	if c.Dir == "" || j.Origins {
		return "", false
	}
	h := sha256.New()
	sum := func(data []byte) {
		_ = binary.Write(h, binary.LittleEndian, int64(len(data)))
		_, _ = h.Write(data)
	}
	sum([]byte(c.Version))
	target, err := json.Marshal(j.Target)
	if err != nil {
		return "", false
	}
	sum(target)
	if j.Helm.Command != "" {
		info, err := os.Stat(j.Helm.Command)
		if err != nil {
			return "", false
		}
		sum(fmt.Appendf(nil, "%d %d", info.Size(), info.ModTime().UnixNano()))
	}
	for _, name := range j.Names() {
		sum([]byte(name))
		sum(j.Files[name])
	}
	name := hex.EncodeToString(h.Sum(nil))
	return filepath.Join(c.Dir, name[:2], name[2:]), true
}

// get returns a result that was kept.
func (c Cache) get(j Job) (r Result, ok bool) {
	file, ok := c.file(j)
	if !ok {
		return r, false
	}
	data, err := os.ReadFile(file)
	if err != nil || len(data) < sha256.Size {
		return r, false
	}
	// A file that was cut short, or that anything happened to, is none.
	data, sum := data[sha256.Size:], data[:sha256.Size]
	if want := sha256.Sum256(data); !bytes.Equal(sum, want[:]) {
		return r, false
	}
	return r, gob.NewDecoder(bytes.NewReader(data)).Decode(&r) == nil
}

// put keeps the result of a successful job. It ignores failures to do so.
func (c Cache) put(j Job, r Result) {
	file, ok := c.file(j)
	if !ok || r.Reason != "" {
		return
	}
	var data bytes.Buffer
	if gob.NewEncoder(&data).Encode(r) != nil || os.MkdirAll(filepath.Dir(file), 0o700) != nil {
		return
	}
	sum := sha256.Sum256(data.Bytes())
	_ = replace.File(file, append(sum[:], data.Bytes()...), 0o600)
}
