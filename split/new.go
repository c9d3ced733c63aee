package split

import (
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Input is a stream of manifests, such as a file.
type Input struct {
	// Name is the file in positions.
	Name string
	// Data are its bytes. The plan refers to them, so they must not change.
	Data []byte
}

// Options are the decisions of the caller about a plan. The zero value is ready for use.
type Options struct {
	// Rules are those of the duplicate check, which runs first.
	Rules dupcheck.Rules
	// Ignore hides duplicates from the check. Files of ignored objects would have one
	// name, so a hash tells them apart.
	Ignore []dupcheck.Ignore
	// Layout makes the names. Extension is their ending, ".yaml" if empty.
	Layout    Layout
	Extension string
	// CopyHeader copies the header comment of an input into each of its
	// files. Otherwise it stays with the first object.
	CopyHeader bool
	// Other is what to do with documents that are not objects, and with
	// objects that have no name.
	Other Other
	// KeepLists keeps a List in one file. Otherwise its items are cut out.
	KeepLists bool
	// Transcode allows UTF-16 input, whose bytes cannot stay as they are.
	Transcode bool
}

// Other is what to do with documents that are not nameable objects.
type Other uint8

const (
	// RefuseOther refuses the plan.
	RefuseOther Other = iota
	// KeepOther gives each of them a file named by a hash of its content.
	KeepOther
	// SkipOther leaves them out, and says so.
	SkipOther
)

// New makes a plan. It touches no disk and changes no input. The report of the plan is
// that of checking the inputs together; each of its errors refuses the plan.
func New(inputs []Input, o Options) Plan {
	c := cutter{options: o, checker: dupcheck.Checker{Rules: o.Rules}}
	for _, in := range inputs {
		c.input(in)
	}
	c.finishComments()
	return c.plan()
}

// piece is a file to be, before it has a name.
type piece struct {
	object  int // index among the checker's objects, or -1
	subject Subject
	how     How
	head    [][]byte // comments that were moved to the beginning
	body    [][]byte
	tail    [][]byte // comments that were moved to the end
	json    bool
	asRead  bool // the object was read from the body
	// explicit says that "---" separates the head from the body, so that the head belongs
	// to the whole input.
	explicit bool
}

func (p *piece) parts() [][]byte {
	if len(p.head)+len(p.tail) == 0 {
		return p.body
	}
	return slices.Concat(p.head, p.body, p.tail)
}

// cutter makes the pieces of a plan.
type cutter struct {
	options  Options
	checker  dupcheck.Checker
	objects  int // added to the checker
	pieces   []*piece
	refusals []Refusal
	notes    []Note
	unread   []dupcheck.Unread
	files    int

	waiting [][]byte // comments for the next object
	waitFor dupcheck.Position
	header  []byte // of the current input
	begin   int    // first piece of the current input
}

func (c *cutter) refuse(at dupcheck.Position, format string, args ...any) {
	c.refusals = append(c.refusals, Refusal{At: at, Reason: fmt.Sprintf(format, args...)})
}

func (c *cutter) note(at dupcheck.Position, format string, args ...any) {
	c.notes = append(c.notes, Note{at, fmt.Sprintf(format, args...)})
}

// input cuts one input.
func (c *cutter) input(in Input) {
	c.files++
	data, ok := c.decode(in)
	if !ok {
		return
	}
	c.begin, c.header = len(c.pieces), nil
	documents := manifest.Documents(in.Name, data)
	if at, many := severalWithSOPS(documents, data); many {
		at.File = in.Name
		c.refuse(at, "a SOPS file of several documents: its checksum covers all of them, so it must be encrypted again after splitting")
	}
	for d := range documents {
		c.document(in.Name, data, d)
	}
	if len(c.pieces) > c.begin {
		c.finishComments() // those of one input never go to another
	}
	if c.options.CopyHeader && len(c.header) > 0 {
		for _, p := range c.pieces[min(c.begin+1, len(c.pieces)):] {
			p.head = slices.Insert(p.head, 0, c.header)
		}
	}
}

// decode returns the input as UTF-8.
func (c *cutter) decode(in Input) ([]byte, bool) {
	at := dupcheck.Position{File: in.Name, Line: 1}
	text, changed, err := manifest.Decode(in.Data)
	switch {
	case err != nil:
		c.unread = append(c.unread, dupcheck.Unread{File: in.Name, Reason: err.Error()})
		return nil, false
	case changed && !c.options.Transcode:
		c.refuse(at, "UTF-16: its bytes cannot be kept; allow transcoding to UTF-8, or convert the file first")
		return nil, false
	case changed:
		c.note(at, "transcoded from UTF-16 to UTF-8")
	}
	return text, true
}

// document cuts one document.
func (c *cutter) document(name string, data []byte, d manifest.Document) {
	at := dupcheck.Position{File: name, Line: d.Line, Column: 1, Document: d.Index}
	c.unread = append(c.unread, d.Unread...)
	first := c.objects
	for _, o := range d.Objects {
		c.checker.Add(o)
		c.objects++
	}
	s := slice(data, d)
	if s.bom {
		c.note(at, "a byte order mark was left out")
	}
	switch {
	case len(d.Unread) > 0:
	case s.blank():
		c.wait(at, s.comments())
	case s.null():
		c.note(at, "a document that is null was left out")
		c.wait(at, (&sliced{head: s.head}).comments())
	case isPlainObject(d.Objects):
		c.put(d, first, s, d.Objects[0].At)
	default:
		c.collection(d, first, s, data, at)
	}
}

// isPlainObject reports whether the document is one object, and no List.
func isPlainObject(objects []dupcheck.Object) bool {
	return len(objects) == 1 && objects[0].At.Path == "" && !objects[0].Placeholder
}

// put takes a document as it is.
func (c *cutter) put(d manifest.Document, object int, s sliced, at dupcheck.Position) {
	o := &d.Objects[0]
	p := &piece{object: object, json: d.JSON, asRead: s.asRead, explicit: d.Explicit, head: s.head, body: s.body, subject: subjectOf(o)}
	if o.Name == "" && o.GenerateName == "" && !o.Unnamed {
		if !c.other(at, "the object has no name") {
			return
		}
	}
	c.add(p)
}

func subjectOf(o *dupcheck.Object) Subject {
	return Subject{
		APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name,
		GenerateName: o.GenerateName, At: o.At, Value: valueOf(o),
	}
}

func valueOf(o *dupcheck.Object) func() (any, error) {
	return func() (any, error) {
		if o.Body == nil {
			return nil, errNoValue
		}
		return o.Body.Value()
	}
}

// other decides about what cannot be named.
func (c *cutter) other(at dupcheck.Position, what string) bool {
	switch c.options.Other {
	case KeepOther:
		return true
	case SkipOther:
		c.note(at, "%s; it was left out", what)
	default:
		c.refusals = append(c.refusals, Refusal{At: at, Reason: what, Unnameable: true})
	}
	return false
}

// add takes a piece in, with the comments that wait for it.
func (c *cutter) add(p *piece) {
	if len(c.waiting) > 0 {
		c.note(c.waitFor, "comments outside of any object were moved to the next one")
		p.head = append(c.waiting, p.head...)
		c.waiting = nil
	}
	if len(c.pieces) == c.begin {
		c.header = headerOf(p)
	}
	c.pieces = append(c.pieces, p)
}

// collection cuts a document that is not a single object.
func (c *cutter) collection(d manifest.Document, first int, s sliced, data []byte, at dupcheck.Position) {
	isList := d.List != nil && (d.List.APIVersion != "" || len(d.Objects) > 0) // else it is some other program's
	switch {
	case !isList && len(d.Objects) == 0:
		if c.other(at, "the document is not a Kubernetes object") {
			c.add(&piece{object: -1, json: d.JSON, head: s.head, body: s.body, subject: Subject{At: at}})
		}
	case !isList:
		// Only something to complain about, which the report does.
		c.refuseIfSilent(d, at)
	case c.options.KeepLists:
		c.add(&piece{
			object: -1, json: d.JSON, head: s.head, body: s.body,
			subject: Subject{APIVersion: d.List.APIVersion, Kind: d.List.Kind, At: at},
		})
	default:
		c.list(d, first, s, data)
	}
}

// refuseIfSilent refuses a mapping that is nearly an object, of which the report only
// warns, and one that only kubectl reads as a list.
func (c *cutter) refuseIfSilent(d manifest.Document, at dupcheck.Position) {
	for _, o := range d.Objects {
		switch {
		case o.Placeholder:
		case o.APIVersion == "" || o.Kind == "":
			c.refuse(o.At, "the object has no apiVersion or no kind")
			return
		case o.At.Path != "":
			c.refuse(o.At, "an object among the items of something that is not a List; write a List, or give it a document of its own")
			return
		}
	}
	if len(d.Objects) == 0 {
		c.refuse(at, "the document cannot be understood")
	}
}
