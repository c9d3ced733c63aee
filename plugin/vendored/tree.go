package vendored

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// The limits of an archive or a tree.
const (
	mostArchive = 64 << 20  // of an archive, and of a file
	mostBytes   = 256 << 20 // of all files
	mostFiles   = 50_000
)

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// content is the files and links of a tree in memory.
type content struct {
	files map[string][]byte
	links map[string]string
	rest  []string // further facts that the digest is about
}

// digest returns a digest of the names and contents of a tree. The modes of files do not
// count.
func (c content) digest() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		fmt.Fprintf(h, "file %q %s\n", name, sum(c.files[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.links)) {
		fmt.Fprintf(h, "link %q %q\n", name, c.links[name])
	}
	for _, fact := range c.rest {
		fmt.Fprintf(h, "%q\n", fact)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readTree reads a directory into memory. It reads links, and does not follow them.
func readTree(fsys fs.FS) (c content, err error) {
	c = content{files: map[string][]byte{}, links: map[string]string{}}
	total := 0
	err = fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return nil
		case e.Type()&fs.ModeSymlink != 0:
			c.links[name], err = fs.ReadLink(fsys, name)
		case !e.Type().IsRegular():
			return errors.New("a file in it is not a regular file")
		default:
			c.files[name], err = checkout.ReadFile(fsys, name, mostArchive)
			total += len(c.files[name])
		}
		if total > mostBytes || len(c.files)+len(c.links) > mostFiles {
			return errors.New("it is too large")
		}
		return err
	})
	return c, err
}

// unpack reads the files of a chart's archive, without their top directory, as helm does
// (helm v3.22 pkg/chart/loader/archive.go, LoadArchiveFiles). It is stricter: it refuses
// links, devices, duplicate files, and archives above a size limit.
func unpack(archive []byte, most int64) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, errors.New("it is not a gzip archive")
	}
	files, total := map[string][]byte{}, int64(0)
	const around = 2 // headers and the rest of blocks; directories have nothing else
	limited := &io.LimitedReader{R: z, N: around * most}
	for in := tar.NewReader(limited); ; {
		header, err := in.Next()
		switch {
		case limited.N == 0: // it looks like the end of the archive
			return nil, errors.New("it is too large")
		case errors.Is(err, io.EOF):
			return files, nested(files)
		case err != nil:
			return nil, errors.New("it is not a tar archive")
		case header.Typeflag == tar.TypeDir, header.Typeflag == tar.TypeXGlobalHeader:
			continue
		case header.Typeflag != tar.TypeReg:
			return nil, errors.New("it has a file that is not a regular file")
		}
		name, err := nameInArchive(header.Name)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(in, most-total+1))
		total += int64(len(data))
		switch {
		case err != nil:
			return nil, errors.New("it is cut short")
		case total > most || len(files) == mostFiles:
			return nil, errors.New("it is too large")
		case files[name] != nil:
			return nil, errors.New("it has a file twice")
		}
		files[name] = data
	}
}

// nameInArchive returns the name of a file without the common top directory.
func nameInArchive(name string) (string, error) {
	_, below, inside := strings.Cut(name, "/")
	clean := path.Clean(below)
	if !inside || clean == "." || !fs.ValidPath(clean) || path.IsAbs(name) || strings.ContainsAny(name, "\\\x00") || slices.Contains(strings.Split(name, "/"), "..") {
		return "", errors.New("it has a file outside of its directory")
	}
	return clean, nil
}

// nested refuses a file that is inside of another one.
func nested(files map[string][]byte) error {
	for name := range files {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if files[dir] != nil {
				return errors.New("it has a file inside of a file")
			}
		}
	}
	return nil
}
