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
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
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
	err = r.git().Each(ctx, func(entry string) {
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
	t.FS, err = r.contents(ctx, commit, blobs)
	return t, err
}

// Before returns what was in a directory when the revision and HEAD went apart. The
// directory is a path as seen from the one that was given to Open. One that was not
// there is empty.
func (r *Revision) Before(ctx context.Context, dir string) (fs.FS, error) {
	base, err := r.mergeBase(ctx)
	if err != nil {
		return nil, err
	}
	place, inside := r.Place(dir)
	if !inside {
		return nil, errors.New("the directory is outside of the repository")
	}
	tree, err := r.repo.Tree(ctx, base)
	if err != nil {
		return nil, err
	}
	sub, err := fs.Sub(tree.FS, place)
	if info, missing := fs.Stat(tree.FS, place); err == nil && (missing != nil || !info.IsDir()) {
		return checkout.NewMemoryFS(nil, nil), nil
	}
	return sub, err
}

// absent says that the clone lacks what is in a file.
func absent(name, commit string) error {
	return fmt.Errorf("the content of %s in %s is not in this clone: a partial clone lacks it (git clone without --filter)", dupcheck.Quote(name), dupcheck.Quote(commit))
}

// contents makes a tree of files. Equal ones are read once.
func (r Repository) contents(ctx context.Context, commit string, blobs []blob) (fs.FS, error) {
	first := map[string]blob{}
	for _, b := range blobs {
		if _, ok := first[b.object]; !ok {
			first[b.object] = b
		}
	}
	once := slices.Collect(maps.Values(first))
	content := map[string][]byte{}
	err := r.batch(ctx, commit, once, MostFile, func(i int, data []byte) { content[once[i].object] = data })
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
	return checkout.NewMemoryFS(files, links), nil
}

// batch reads what is in some files of a commit, and hands it over with the number
// of the blob. That of a file with more than most bytes is nil.
func (r Repository) batch(ctx context.Context, commit string, blobs []blob, most int64, take func(i int, data []byte)) error {
	if len(blobs) == 0 {
		return nil
	}
	var objects strings.Builder
	for _, b := range blobs {
		objects.WriteString(b.object + "\n")
	}
	return gitenv.Git{Dir: r.Dir, Stdin: objects.String()}.Stream(ctx, func(out io.Reader) error {
		in := bufio.NewReaderSize(out, 1<<20)
		for i, b := range blobs {
			data, err := answer(in, b.object, most)
			if err != nil {
				return cmp.Or(ctx.Err(), absent(b.name, commit))
			}
			take(i, data)
		}
		return nil
	}, "cat-file", "--batch")
}

// answer reads one answer of git cat-file --batch.
func answer(in *bufio.Reader, object string, most int64) ([]byte, error) {
	header, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(header)
	if len(words) != 3 || words[0] != object || words[1] != "blob" {
		return nil, errors.New("not what was asked for")
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the size of an object: %w", err)
	}
	if size > most {
		_, err := io.CopyN(io.Discard, in, size+1)
		return nil, err
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, err
	}
	_, err = in.Discard(1)
	return data, err
}
