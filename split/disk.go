package split

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"slices"
	"strings"
)

// folder is a directory below the output directory, held open. Names are
// single components, and no method follows a symbolic link. It is os.Root
// without what costs a system call per file and component, and stricter: a
// Root follows links that stay inside.
type folder interface {
	// sub opens a directory in it.
	sub(name string) (folder, error)
	// list returns the names in it and their types.
	list() (map[string]fs.FileMode, error)
	// read opens a file, which must be a regular one.
	read(name string) (io.ReadCloser, error)
	// perm returns the permission bits of a file.
	perm(name string) (fs.FileMode, error)
	// create writes a new file and fails if there is anything of that name.
	// The permission bits are exactly perm, or for 0 what the umask allows.
	create(name string, perm fs.FileMode, content []byte) error
	// put is create with what the umask allows, and fails unless the file
	// then holds the content. buffer is for reading it.
	put(name string, content, buffer []byte) error
	// mkdir makes a directory, with what the umask leaves of perm.
	mkdir(name string, perm fs.FileMode) error
	// rename moves a file to another folder of the same kind, in place of
	// what is there.
	rename(name string, to folder, newName string) error
	// renameDir gives a directory in it another name, and fails if there is
	// anything of that name. It is errors.ErrUnsupported where directories
	// cannot be renamed.
	renameDir(name, newName string) error
	// link gives a file a second name.
	link(name string, to folder, newName string) error
	// remove removes a file, and rmdir an empty directory.
	remove(name string) error
	rmdir(name string) error
	close()
}

// digest is the SHA-256 of a file's bytes. The zero digest means that there is
// no file.
type digest [sha256.Size]byte

// String returns the digest in hexadecimal, or "-" if there is no file.
func (d digest) String() string { return string(appendDigest(nil, d)) }

// appendDigest appends what String returns.
func appendDigest(text []byte, d digest) []byte {
	if d == (digest{}) {
		return append(text, '-')
	}
	return hex.AppendEncode(text, d[:])
}

// parseDigest is the reverse of String. There is one way to write a digest.
func parseDigest(s string) (digest, bool) {
	var d digest
	if s == "-" {
		return d, true
	}
	if len(s) != hex.EncodedLen(len(d)) {
		return d, false
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil || strings.ContainsAny(s, "ABCDEF") {
		return d, false
	}
	return d, d != digest{}
}

// digestOf returns the digest of bytes in parts.
func digestOf(parts [][]byte) digest {
	if len(parts) == 1 {
		return sha256.Sum256(parts[0])
	}
	h := sha256.New()
	for _, part := range parts {
		_, _ = h.Write(part) // A hash never fails.
	}
	return digest(h.Sum(nil))
}

// noLimit is for hash where a file has to be read to its end.
const noLimit = math.MaxInt64

// hash returns the digest of a file's bytes. Of a file with more bytes than
// limit it is the digest of some of them, which is the digest of no plan.
func hash(in folder, name string, limit int64, buffer []byte) (digest, error) {
	f, err := in.read(name)
	if err != nil {
		return digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	for read := int64(0); read <= limit; {
		n, err := f.Read(buffer)
		_, _ = h.Write(buffer[:n])
		read += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return digest{}, err
		}
	}
	return digest(h.Sum(nil)), nil
}

// holds says whether a file holds exactly the bytes of parts.
func holds(in folder, name string, parts [][]byte, buffer []byte) (bool, error) {
	f, err := in.read(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	for {
		n, err := f.Read(buffer)
		rest, ok := cutParts(parts, buffer[:n])
		if parts = rest; !ok {
			return false, nil
		}
		if errors.Is(err, io.EOF) {
			return !slices.ContainsFunc(parts, func(p []byte) bool { return len(p) > 0 }), nil
		}
		if err != nil {
			return false, err
		}
	}
}

// inOnePiece returns bytes in parts as one piece, which may be in the buffer and is
// valid until that is used again: one system call is cheaper than several.
func inOnePiece(parts [][]byte, buffer *[]byte) []byte {
	if len(parts) == 1 {
		return parts[0]
	}
	joined := (*buffer)[:0]
	for _, part := range parts {
		joined = append(joined, part...)
	}
	*buffer = joined
	return joined
}

// readBack makes sure that an open file holds exactly some bytes.
func readBack(f io.ReaderAt, content, buffer []byte) error {
	same, err := sameContent(f, content, buffer)
	if err == nil && !same {
		err = errOtherBytes
	}
	return err
}

// sameContent says whether an open file holds exactly some bytes.
func sameContent(f io.ReaderAt, content, buffer []byte) (bool, error) {
	for at := 0; ; {
		n, err := f.ReadAt(buffer, int64(at))
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if n > len(content)-at || string(buffer[:n]) != string(content[at:at+n]) {
			return false, nil
		}
		if at += n; n < len(buffer) {
			return at == len(content), nil
		}
	}
}

// cutParts removes a prefix from bytes in parts, if they have it. It does not
// change parts.
func cutParts(parts [][]byte, prefix []byte) (rest [][]byte, ok bool) {
	for len(prefix) > 0 {
		if len(parts) == 0 {
			return nil, false
		}
		n := min(len(parts[0]), len(prefix))
		if string(parts[0][:n]) != string(prefix[:n]) {
			return nil, false
		}
		prefix = prefix[n:]
		if n == len(parts[0]) {
			parts = parts[1:]
		} else {
			parts = append([][]byte{parts[0][n:]}, parts[1:]...)
		}
	}
	return parts, true
}

// openPath opens a directory by its path below top, one component after the
// other, so that none of them is a link.
func openPath(top folder, dir string) (folder, error) {
	if dir == "." {
		return top.sub(".")
	}
	parent, err := openPath(top, path.Dir(dir))
	if err != nil {
		return nil, err
	}
	defer parent.close()
	return parent.sub(path.Base(dir))
}

// reason strips an error of the system of the path in it, which would be one
// below a handle and not what the user knows.
func reason(err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return pathError.Err
	case errors.As(err, &linkError):
		return linkError.Err
	}
	return err
}
