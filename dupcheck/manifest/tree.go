package manifest

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"iter"
	"runtime"
	"sync"
	"unique"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// Tree is a set of files and directories to be read. The zero value has none.
// Its fields must not change while it is in use.
type Tree struct {
	// Args are files, directories, and "-" for Stdin, in the order in which
	// they would be applied.
	Args []string
	// Stdin is read, and held in memory as a whole, if Args has "-". It is called
	// StdinName in positions, or "-" if that is empty.
	Stdin     io.Reader
	StdinName string
	// Plain reads every file as a manifest file. Without it a directory with a
	// kustomization file or a Chart.yaml is reported as unread, because its rendered
	// output is deployed.
	Plain bool
	// Skip says why a file or directory among or below the arguments is left
	// out, or "" to read it. It is asked with the name that positions have.
	// Nil leaves nothing out.
	Skip func(name string) string
	// List yields the files below a directory among the arguments, in application order.
	// It replaces the Tree's own walk, for a caller that decides which files of the
	// directory are read. It gets the name that positions have. Plain and Skip do not
	// matter then. If it is nil or returns false, the Tree walks the directory.
	List func(name string) (files iter.Seq[Listed], ok bool)
	// Set is the deployable set of a file. It may be called concurrently. Nil
	// means "" for all.
	Set func(name string) string

	once  sync.Once
	store *store
	lines lineCache
}

// Listed is a file below a directory.
type Listed struct {
	// Path is from the directory, with slashes.
	Path string
	// Type has the type bits of its mode. A link is followed if it leads to a
	// file below the directory.
	Type fs.FileMode
	// Skip says why the file is left out, and Unread why nothing can be known
	// about it. If both are empty it is read.
	Skip, Unread string
	// Code is that of dupcheck.Unread.
	Code dupcheck.Code
}

// File is what one file of a tree holds.
type File struct {
	// Name is the file's name in positions: as it was reached from the
	// argument, with slashes and without a leading "./".
	Name string
	// Objects are in order.
	Objects []dupcheck.Object
	// Unread is what could not be read or understood in it.
	Unread []dupcheck.Unread
	// Skipped says why the file was left out. It is empty if it was read. LeftOut says
	// that a caller asked for it, and that it is not because of its content.
	Skipped string
	LeftOut bool
	// More says that there is more: the next File is of the same file. Files with very
	// many objects come in several parts.
	More bool
}

// Files yields the files in the order in which their objects would be applied: the
// arguments as they come, below a directory the lexical order of filepath.WalkDir. A file
// that is reached twice comes once. Hidden directories and node_modules are skipped.
// Links to directories and links out of a directory are not followed. Files are read
// ahead, several at a time. A file that was found and not named may have 256 MiB, any
// other 2 GiB.
//
// Files ends early if ctx is cancelled. A caller that can cancel it must check ctx.Err
// before it treats the files as complete.
func (t *Tree) Files(ctx context.Context) iter.Seq[File] {
	t.once.Do(func() { t.store = newStore() })
	return func(yield func(File) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		queue := t.start(ctx)
		for {
			pending, ok := receive(ctx, queue)
			if !ok {
				return
			}
			for more := true; more; {
				read, ok := receive(ctx, pending)
				if !ok {
					return
				}
				if read.met != nil {
					panic(read.met)
				}
				t.lines.add(read.source)
				if !yield(read.File) {
					return
				}
				more = read.More
			}
		}
	}
}

// receive waits for a value, but not longer than until ctx is done: standard
// input may be a terminal without a user.
func receive[T any](ctx context.Context, from <-chan T) (value T, ok bool) {
	if ctx.Err() != nil {
		return value, false
	}
	select {
	case value, ok = <-from:
		return value, ok
	case <-ctx.Done():
		return value, false
	}
}

// start walks the arguments and reads files ahead. The order of the results is
// that of the walk.
func (t *Tree) start(ctx context.Context) <-chan (<-chan found) {
	queue := make(chan (<-chan found), 4*runtime.GOMAXPROCS(0))
	var readers crash.Group // it is not waited for: a panic comes as a file
	readers.Go(func() {
		defer close(queue)
		defer func() {
			if p := crash.Of(recover()); p != nil {
				result := make(chan found, 1)
				result <- found{met: p}
				select {
				case queue <- result:
				case <-ctx.Done():
				}
			}
		}()
		workers := make(chan struct{}, runtime.GOMAXPROCS(0))
		for f := range t.walk(false) {
			result := make(chan found, 1)
			select {
			case queue <- result:
			case <-ctx.Done():
				return
			}
			if f.source == nil {
				result <- f
				continue
			}
			workers <- struct{}{}
			readers.Go(func() {
				defer func() { <-workers }()
				t.load(ctx, &f, result)
			})
		}
	})
	return queue
}

// found is a file of a walk. Without a source there is nothing to read.
type found struct {
	File
	source *source
	named  bool // as an argument, and not by walking
	met    *crash.Panic
}

// load reads and parses one file.
func (t *Tree) load(ctx context.Context, f *found, to chan<- found) {
	l := loading{found: f, to: to, done: ctx.Done()}
	defer func() {
		if p := crash.Of(recover()); p != nil {
			p.Input = cmp.Or(p.Input, f.Name)
			l.send(found{met: p})
		}
	}()
	if t.Set != nil {
		l.set = t.Set(f.Name)
	}
	if err := f.source.read(l.piece, l.flush); err != nil {
		f.Unread = append(f.Unread, *f.source.failed(err))
	} else if !l.manifest {
		f.Skipped = "not a manifest: " + f.Unread[0].Reason
		f.Unread = nil
	}
	l.send(*f)
}

// loading is the reading of one file.
type loading struct {
	*found
	to       chan<- found
	done     <-chan struct{}
	set      string
	manifest bool
	last     [3]string // that were taken, of those that many objects have
}

// piece takes in the objects of a piece of the file.
func (l *loading) piece(text []byte, from start) (documents int) {
	// Nothing may be sent on as long as the memory of a file is held: the
	// receiver may wait for that memory.
	held := l.source.data == nil // or a window's, which flushes by itself
	parse := l.source.parse
	if len(text) > 2*l.source.store.share {
		parse = l.source.parseShared
	}
	documents = parse(text, from, l.set, func(o dupcheck.Object, err error) bool {
		l.take(&o, err)
		if !held && len(l.Objects) >= mostAtOnce {
			l.flush()
		}
		return true
	})
	l.manifest = l.manifest || l.named || len(l.Objects) > 0 || len(l.Unread) == 0 || looksLikeManifest(text)
	return documents
}

// mostAtOnce is how many objects are handed on together.
const mostAtOnce = 1 << 14

// flush sends the results so far.
func (l *loading) flush() {
	if len(l.Objects) == 0 {
		return
	}
	l.manifest = true
	part := *l.found
	part.More = true
	l.send(part)
	// The next piece has about as many: to grow would leave several times as much
	// behind.
	l.Objects, l.Unread = make([]dupcheck.Object, 0, len(l.Objects)+len(l.Objects)/8), nil
}

// send hands something on, if the receiver still waits for it.
func (l *loading) send(f found) {
	select {
	case l.to <- f:
	case <-l.done:
	}
}

// take puts an object, or what could not be read, into the file. Strings that
// many objects have are kept once.
func (l *loading) take(o *dupcheck.Object, err error) {
	if u := isUnread(err); u != nil {
		l.Unread = append(l.Unread, *u)
		return
	}
	for i, s := range [...]*string{&o.APIVersion, &o.Kind, &o.Namespace} {
		if *s != l.last[i] {
			l.last[i] = unique.Make(*s).Value()
		}
		*s = l.last[i]
	}
	l.Objects = append(l.Objects, *o)
}

// Line returns a line of a file that Files has yielded, counted from 1, without its line
// break and byte order mark. It returns false if there is none or the file has changed
// since.
func (t *Tree) Line(name string, number int) (string, bool) {
	return t.lines.line(name, number)
}
