package dupcheck

import (
	"iter"
	"math"
	"slices"
	"strings"
)

// record is an object as the Checker keeps it, in a third of the space: strings that many
// objects share are numbers, and rare fields are elsewhere.
type record struct {
	name                                     string
	body                                     Body
	rare                                     *Object // if it has rare fields; the fields above and below are not in it
	set, apiVersion, kind, namespace, source word
	line, column, document                   uint32
}

// word stands for a string. Zero is the empty one.
type word uint32

// words are the strings that words stand for. The zero value has none but the
// empty one.
type words struct {
	index map[string]word
	list  []string
}

func (w *words) of(s string) word {
	if s == "" {
		return 0
	}
	if i, ok := w.index[s]; ok {
		return i
	}
	if w.index == nil {
		w.index = map[string]word{}
	}
	s = strings.Clone(s) // whatever it is a part of can go
	w.list = append(w.list, s)
	i := word(len(w.list))
	w.index[s] = i
	return i
}

// sources are the pairs of a File and an Origin that positions have. Mostly all objects of a
// file have the same pair. A pair is stored once and has a number; that of two empty strings
// has number 0, also in the zero value.
type sources struct {
	index map[source]word
	list  []source
}

type source struct{ file, origin word }

func (s *sources) of(pair source) word {
	if pair == (source{}) {
		return 0
	}
	i, ok := s.index[pair]
	if !ok {
		if s.index == nil {
			s.index = map[source]word{}
		}
		s.list = append(s.list, pair)
		i = word(len(s.list))
		s.index[pair] = i
	}
	return i
}

func (s *sources) at(i word) source {
	if i == 0 {
		return source{}
	}
	return s.list[i-1]
}

// lastWord is the last string of a field and its word. A reader mostly gives the very
// same string again, and to compare that takes no look at its bytes.
type lastWord struct {
	text string
	word word
}

// again is of for a string that often is the last one again.
func (w *words) again(s string, last *lastWord) word {
	if last.text != s {
		last.text, last.word = s, w.of(s)
	}
	return last.word
}

func (w *words) text(i word) string {
	if i == 0 {
		return ""
	}
	return w.list[i-1]
}

// lastAdded are the words of the object that was added last.
type lastAdded struct {
	set, apiVersion, kind, namespace, file, origin lastWord
	source                                         word // of file and origin
}

// objects is a list of objects that can grow long without being copied.
type objects struct {
	words   words
	sources sources
	chunks  [][]record
	last    lastAdded
	rares   []int32 // objects with rare fields
}

const chunkSize = 1024

func (l *objects) add(o *Object) {
	last := len(l.chunks) - 1
	switch {
	case last < 0:
		l.chunks, last = [][]record{nil}, 0 // grows with its first objects
	case len(l.chunks[last]) == chunkSize:
		l.chunks, last = append(l.chunks, make([]record, 0, chunkSize)), last+1
	}
	chunk := &l.chunks[last]
	n := len(*chunk)
	if n == cap(*chunk) {
		*chunk = slices.Grow(*chunk, 1)
	}
	*chunk = (*chunk)[:n+1] // to append an empty record would write it, and then what is kept
	r := &(*chunk)[n]
	if l.keep(r, o); r.rare != nil {
		l.rares = append(l.rares, int32(last*chunkSize+n))
	}
}

// keep makes an empty record that of an object. To return one would copy it twice.
func (l *objects) keep(r *record, o *Object) {
	last := &l.last
	r.name, r.body = o.Name, o.Body
	r.set, r.apiVersion = l.words.again(o.Set, &last.set), l.words.again(o.APIVersion, &last.apiVersion)
	r.kind, r.namespace = l.words.again(o.Kind, &last.kind), l.words.again(o.Namespace, &last.namespace)
	if o.At.File != last.file.text || o.At.Origin != last.origin.text {
		last.source = l.sources.of(source{l.words.again(o.At.File, &last.file), l.words.again(o.At.Origin, &last.origin)})
	}
	r.source = last.source
	r.line, r.column, r.document = uint32(o.At.Line), uint32(o.At.Column), uint32(o.At.Document)
	if uint64(o.At.Line|o.At.Column|o.At.Document) > math.MaxUint32 ||
		o.GenerateName != "" || o.At.Path != "" || o.Annotations != nil ||
		o.CRD != nil || o.ReaderFindings != nil || o.Unnamed || o.Placeholder || o.Tag != nil {
		rare := *o
		rare.Set, rare.APIVersion, rare.Kind, rare.Namespace, rare.Name, rare.Body = "", "", "", "", "", nil
		rare.At.File, rare.At.Origin = "", ""
		r.rare = &rare
	}
}

// writtenAs says whether the identities of two objects are written in the same words,
// with nothing beside that few objects have.
func (r *record) writtenAs(o *record) bool {
	return r.name == o.name && r.namespace == o.namespace && r.kind == o.kind && r.apiVersion == o.apiVersion && r.set == o.set && r.rare == nil && o.rare == nil
}

func (l *objects) sourceOf(r *record) (file, origin string) {
	s := l.sources.at(r.source)
	return l.words.text(s.file), l.words.text(s.origin)
}

func (r *record) position() Position {
	return Position{Line: int(r.line), Column: int(r.column), Document: int(r.document)}
}

// fill restores the object that was added.
func (l *objects) fill(o *Object, r *record) {
	if r.rare != nil {
		*o = *r.rare // whose position may have numbers that are too large for a record
	} else {
		*o = Object{At: r.position()}
	}
	o.Set, o.APIVersion, o.Kind = l.words.text(r.set), l.words.text(r.apiVersion), l.words.text(r.kind)
	o.Namespace, o.Name, o.Body = l.words.text(r.namespace), r.name, r.body
	o.At.File, o.At.Origin = l.sourceOf(r)
}

// refill is fill where o is what another record says, if neither has rare fields: of
// objects that follow each other most fields are the same.
func (l *objects) refill(o *Object, from, r *record) {
	if r.set != from.set || r.apiVersion != from.apiVersion || r.kind != from.kind {
		o.Set, o.APIVersion, o.Kind = l.words.text(r.set), l.words.text(r.apiVersion), l.words.text(r.kind)
	}
	if r.namespace != from.namespace || r.source != from.source {
		o.Namespace = l.words.text(r.namespace)
		o.At.File, o.At.Origin = l.sourceOf(r)
	}
	o.Name, o.Body = r.name, r.body
	o.At.Line, o.At.Column, o.At.Document = int(r.line), int(r.column), int(r.document)
}

// restored is the object of a record, in memory that the next one uses again. The zero
// value is ready for use.
type restored struct {
	object Object
	from   *record
}

// of restores the object of a record. Callers do not change it.
func (x *restored) of(l *objects, r *record) *Object {
	if x.from != nil && x.from.rare == nil && r.rare == nil {
		l.refill(&x.object, x.from, r)
	} else {
		l.fill(&x.object, r)
	}
	x.from = r
	return &x.object
}

// declare makes an empty declaration that of an object. To return one would copy it.
func (l *objects) declare(d *Declaration, r *record) {
	if r.rare != nil {
		d.Position, d.GenerateName, d.Tag = r.rare.At, r.rare.GenerateName, r.rare.Tag
	} else {
		d.Line, d.Column, d.Document = int(r.line), int(r.column), int(r.document)
	}
	d.APIVersion, d.Kind = l.words.text(r.apiVersion), l.words.text(r.kind)
	d.Namespace, d.Name = l.words.text(r.namespace), r.name
	d.File, d.Origin = l.sourceOf(r)
}

func (l *objects) at(i int32) *Object {
	o := new(Object)
	l.fill(o, l.record(i))
	return o
}

func (l *objects) record(i int32) *record { return &l.chunks[i/chunkSize][i%chunkSize] }

func (l *objects) len() int {
	last := len(l.chunks) - 1
	if last < 0 {
		return 0
	}
	return last*chunkSize + len(l.chunks[last])
}

// all yields every object. The next iteration reuses the memory of the pointer, and
// expects in it what was yielded.
func (l *objects) all() iter.Seq2[int32, *Object] {
	return func(yield func(int32, *Object) bool) {
		var o restored
		i := int32(0)
		for _, chunk := range l.chunks {
			for n := range chunk {
				if !yield(i, o.of(l, &chunk[n])) {
					return
				}
				i++
			}
		}
	}
}

// rare yields the records of the objects that have something that few have.
func (l *objects) rare() iter.Seq[*record] {
	return func(yield func(*record) bool) {
		for _, i := range l.rares {
			if !yield(l.record(i)) {
				return
			}
		}
	}
}

// crds returns the definitions among the objects.
func (l *objects) crds() crds {
	var c crds
	for r := range l.rare() {
		if r.rare.CRD != nil {
			o := new(Object)
			l.fill(o, r)
			c.add(o)
		}
	}
	return c
}
