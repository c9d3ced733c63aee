package revision

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// The limits of what is read of a revision.
const (
	MostFile = 64 << 20 // of one file
	mostTree = 2 << 30  // of all of them
	mostLink = 4 << 10  // of what a symbolic link says, as on Linux
)

// Tree is the content of a commit.
type Tree struct {
	// FS has all files but those of Long. It follows symbolic links as far as
	// they stay inside. Submodules are not there.
	FS fs.FS
	// Long are the files with more than MostFile bytes, which are not there
	// either, and Submodules the commits of those, by their paths.
	Long       []string
	Submodules map[string]string
}

// blob is a file of a revision.
type blob struct {
	name, object string
	size         int64
	link         bool
}

// Tree reads a commit. A file whose content the clone does not have is an error.
func (r Repository) Tree(ctx context.Context, commit string) (t Tree, err error) {
	t.Submodules = map[string]string{}
	var blobs []blob
	total, failed := int64(0), error(nil)
	err = r.git().fields(ctx, func(entry string) {
		about, name, _ := strings.Cut(entry, "\t")
		words := strings.Fields(about) // mode, type, object, size
		switch {
		case len(words) != 4 || !fs.ValidPath(name):
			return
		case words[1] == "commit":
			t.Submodules[name] = words[2]
			return
		case words[1] != "blob":
			return
		}
		size, err := strconv.ParseInt(words[3], 10, 64)
		switch total += size; {
		case err != nil:
			failed = absent(name, commit)
		case size > MostFile:
			total -= size
			t.Long = append(t.Long, name)
		case total > mostTree:
			failed = fmt.Errorf("%s has more than %d GiB", dupcheck.Quote(commit), mostTree>>30)
		default:
			blobs = append(blobs, blob{name, words[2], size, words[0] == "120000"})
		}
	}, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
	if err = cmp.Or(err, failed); err != nil {
		return t, err
	}
	t.FS, err = r.git().contents(ctx, commit, blobs)
	return t, err
}

// absent says that the clone lacks what is in a file.
func absent(name, commit string) error {
	return fmt.Errorf("the content of %s in %s is not in this clone: a partial clone lacks it (git clone without --filter)", dupcheck.Quote(name), dupcheck.Quote(commit))
}

// contents makes a tree of files. Equal ones are read once.
func (g git) contents(ctx context.Context, commit string, blobs []blob) (*memory, error) {
	first := map[string]blob{}
	for _, b := range blobs {
		if _, ok := first[b.object]; !ok {
			first[b.object] = b
		}
	}
	objects := slices.Collect(maps.Keys(first))
	content := map[string][]byte{}
	g.stdin = strings.Join(append(objects, ""), "\n")
	err := g.stream(ctx, func(r io.Reader) error {
		in := bufio.NewReaderSize(r, 1<<20)
		for _, object := range objects {
			data, err := batched(in, first[object])
			if err != nil {
				return cmp.Or(ctx.Err(), absent(first[object].name, commit))
			}
			content[object] = data
		}
		return nil
	}, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	files, links := map[string][]byte{}, map[string]string{}
	for _, b := range blobs {
		switch {
		case !b.link:
			files[b.name] = content[b.object]
		case b.size <= mostLink:
			links[b.name] = string(content[b.object])
		default:
			links[b.name] = "" // leads nowhere
		}
	}
	return newMemory(files, links), nil
}

// batched reads one answer of git cat-file --batch.
func batched(in *bufio.Reader, want blob) ([]byte, error) {
	header, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	if strings.TrimSuffix(header, "\n") != fmt.Sprintf("%s blob %d", want.object, want.size) {
		return nil, errors.New("not what was asked for")
	}
	return blobOf(in, want.size)
}

// blobOf reads the content of an answer.
func blobOf(in *bufio.Reader, size int64) ([]byte, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, err
	}
	_, err := in.Discard(1)
	return data, err
}
