package vendored

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// Dir is a vendor directory with its lock. The zero value is empty, and nil does not record
// requests either. It may be used concurrently, and reads and verifies each thing once.
type Dir struct {
	ctx     context.Context // of the command that has opened it
	dir     string          // absolute
	root    *os.Root
	entries map[Need]Entry

	mu       sync.Mutex
	read     map[Need]*thing
	requests []Request
}

// thing is the directory's content for a need.
type thing struct {
	Found
	err error
}

// Found is the content that meets a need.
type Found struct {
	// Entry is the line of the lock.
	Entry Entry
	// FS has the files of a tree: those of the chart, without the top directory of its
	// archive, of the commit or of the artifact. It is comparable and the same for all needs
	// that one thing meets. It is nil for a file.
	FS fs.FS
	// Data is the archive of a chart, or the file. It must not be changed.
	Data []byte
}

// Open opens a vendor directory and reads its lock. Git commands end with ctx. The
// error says that the directory cannot be read, or that it has no valid lock.
func Open(ctx context.Context, dir string) (*Dir, error) { return open(ctx, dir, false) }

// open opens a vendor directory, which may have no lock yet.
func open(ctx context.Context, dir string, isNew bool) (*Dir, error) {
	root, err := checkout.OpenRoot(dir)
	full, wrong := filepath.Abs(dir) // the command may go elsewhere before git is called
	if err = cmp.Or(err, wrong); err != nil {
		return nil, checkout.Errorf(checkout.Unreadable, "the vendor directory %s cannot be read: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	}
	d := &Dir{ctx: ctx, dir: full, root: root, entries: map[Need]Entry{}, read: map[Need]*thing{}}
	if _, err := root.Lstat(LockFile); isNew && errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	text, err := d.file(LockFile, mostLock)
	var entries []Entry
	if err == nil {
		entries, err = parseLock(text)
	}
	if err != nil {
		_ = root.Close() // it was only read
		return nil, checkout.Errorf(checkout.Invalid, "the lock %s of the vendor directory %s cannot be read: %s", LockFile, dupcheck.Quote(dir), err)
	}
	for _, e := range entries {
		d.entries[e.normal()] = e
	}
	return d, nil
}

// Close closes the directory. All content that was read stays usable.
func (d *Dir) Close() error {
	if d == nil || d.root == nil {
		return nil
	}
	return d.root.Close()
}

// Find returns the content that meets a need, and records the request. The code of the error
// is checkout.Remote if the lock has nothing for the need, and checkout.Mismatch if its
// content must not be used.
func (d *Dir) Find(r Request) (Found, error) {
	if d == nil {
		return Found{}, missing(r.Need)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Contains(d.requests, r) {
		d.requests = append(d.requests, r)
	}
	key := r.normal()
	entry, locked := d.entries[key]
	if !locked {
		return Found{}, missing(r.Need)
	}
	t, known := d.read[key]
	if !known {
		t = &thing{Found: Found{Entry: entry}}
		t.err = d.load(r.Need, &t.Found)
		d.read[key] = t
	}
	return t.Found, t.err
}

// Requests returns the requests so far, each once, in an order that does not depend on
// theirs.
func (d *Dir) Requests() []Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.Clone(d.requests)
	slices.SortFunc(all, func(a, b Request) int {
		return cmp.Or(strings.Compare(a.Place(), b.Place()), strings.Compare(a.Version, b.Version), strings.Compare(string(a.Select), string(b.Select)),
			strings.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), strings.Compare(a.Target, b.Target), strings.Compare(a.By, b.By))
	})
	return all
}

func missing(n Need) error {
	return checkout.Errorf(checkout.Remote, "%s would have to be fetched", n)
}

// load reads the content of an entry, and verifies that it is the locked and the needed one.
func (d *Dir) load(n Need, f *Found) error {
	refuse := func(why string) error {
		return checkout.Errorf(checkout.Mismatch, "%s is in the vendor directory, and %s", n, why)
	}
	digest, err := d.content(n, f)
	switch {
	case err != nil:
		err = refuse("cannot be used: " + err.Error())
	case digest != f.Entry.SHA256:
		err = refuse("differs from the digest in the lock")
	case !f.Entry.Meets(n):
		err = refuse("its lock resolves it to " + dupcheck.QuoteAlways(f.Entry.Resolved) + ", which is not what is asked for")
	}
	if err != nil {
		f.FS, f.Data = nil, nil
	}
	return err
}

// content reads the content of an entry, and returns its digest. An entry without a digest
// is new, and gets the version of its chart.
func (d *Dir) content(n Need, f *Found) (digest string, err error) {
	switch n.Kind {
	case Chart:
		return d.loadChart(n, f)
	case Git:
		return d.loadGit(f)
	case Artifact:
		return d.loadTree(f)
	}
	f.Data, err = d.file(f.Entry.Path, mostArchive)
	return sum(f.Data), err
}

// file reads a regular file of the directory. It follows no link out of the directory.
func (d *Dir) file(name string, most int64) ([]byte, error) {
	name = filepath.FromSlash(name)
	info, err := d.root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file") // opening a named pipe would block
	}
	if err != nil {
		return nil, reason(err)
	}
	in, err := d.root.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		return nil, reason(err)
	case int64(len(data)) > most:
		return nil, errors.New("it is too large")
	}
	return data, nil
}

// reason returns the text of an error without any path.
func reason(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it is not there")
	}
	return errors.New(checkout.SystemReason(err))
}

// loadChart reads a chart's archive, which has to be that of the needed chart.
func (d *Dir) loadChart(n Need, f *Found) (digest string, err error) {
	if f.Data, err = d.file(f.Entry.Path, mostArchive); err != nil {
		return "", err
	}
	name, version, tree, err := openChart(f.Data)
	switch isNew := f.Entry.SHA256 == ""; {
	case err != nil:
	case isNew && name != n.Name:
		err = errors.New("it is the chart " + dupcheck.QuoteAlways(name))
	case isNew:
		f.Entry.Resolved = version
	case name != n.Name || version != f.Entry.Resolved:
		err = errors.New("it is another chart or version than in the lock")
	}
	f.FS = tree
	return sum(f.Data), err
}

// openChart unpacks a chart.
func openChart(archive []byte) (name, version string, tree fs.FS, err error) {
	files, err := unpack(archive, mostBytes)
	if err != nil {
		return "", "", nil, err
	}
	var header struct{ Name, Version string }
	if yaml.Unmarshal(files[manifest.ChartFile], &header) != nil || header.Name == "" || header.Version == "" {
		return "", "", nil, errors.New("its " + manifest.ChartFile + " has no name and version")
	}
	return header.Name, header.Version, checkout.NewMemoryFS(files, nil), nil
}

// loadGit reads the locked commit, wherever the branches and tags of the mirror are by now.
func (d *Dir) loadGit(f *Found) (digest string, err error) {
	tree, err := d.commit(f.Entry.Path, f.Entry.Resolved)
	if err != nil {
		return "", err
	}
	f.FS = tree.FS
	return treeDigest(tree)
}

// treeDigest returns the digest of a commit: of its files, and of the parts that are not
// read.
func treeDigest(tree revision.Tree) (string, error) {
	c, err := readTree(tree.FS)
	if err != nil {
		return "", err
	}
	c.rest = append(c.rest, tree.Long...)
	for _, name := range slices.Sorted(maps.Keys(tree.Submodules)) {
		c.rest = append(c.rest, name, tree.Submodules[name])
	}
	return c.digest(), nil
}

// commit reads a commit of a mirror.
func (d *Dir) commit(mirror, commit string) (t revision.Tree, err error) {
	repo, err := d.mirror(mirror)
	if err != nil {
		return t, err
	}
	if !revision.IsHash(commit) {
		return t, errors.New("the lock has no commit for it")
	}
	if got, err := repo.Commit(d.ctx, commit); err != nil || got != commit {
		return t, errors.New("the mirror has no commit " + dupcheck.Quote(commit))
	}
	return repo.Tree(d.ctx, commit)
}

// mirror opens a git repository of the directory. It follows no link out of the directory.
func (d *Dir) mirror(name string) (repo revision.Repository, err error) {
	if _, err := d.root.Stat(filepath.FromSlash(name)); err != nil {
		return repo, reason(err)
	}
	repo = revision.Repository{Dir: filepath.Join(d.dir, filepath.FromSlash(name))}
	if !repo.IsMirror(d.ctx) { // so that git takes no repository around it
		return repo, errors.New("it is not a git repository")
	}
	return repo, nil
}

// loadTree reads a directory of files.
func (d *Dir) loadTree(f *Found) (digest string, err error) {
	sub, err := fs.Sub(d.root.FS(), f.Entry.Path)
	if err != nil {
		return "", reason(err)
	}
	c, err := readTree(sub)
	if err != nil {
		return "", reason(err)
	}
	f.FS = checkout.NewMemoryFS(c.files, c.links)
	return c.digest(), nil
}
