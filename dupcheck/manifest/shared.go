package manifest

import (
	"bytes"
	"cmp"
	"runtime"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// leastShare is how much of a text one goroutine parses at least, if the text has more
// than twice as much.
const leastShare = 1 << 20

// part is a part of a text that begins and ends where a window could.
type part struct {
	text   []byte
	offset int      // in the file
	lines  chan int // gets the number of lines before it

	done      chan struct{} // is closed when there is what follows
	met       *crash.Panic  // that ended the work on the part
	documents int
	objects   []dupcheck.Object
	unread    []error
	found     []Document
}

// parts cuts a text.
func parts(text []byte, offset, least int) (all []*part) {
	for len(text) > 0 {
		end := nextBoundary(text, least)
		all = append(all, &part{text: text[:end], offset: offset, lines: make(chan int, 1), done: make(chan struct{})})
		text, offset = text[end:], offset+end
	}
	return all
}

// parallel runs work on all parts with all processors, and calls then for each of them,
// in order and from the calling goroutine. lines is the number of lines before the first
// part.
func parallel(all []*part, lines int, work func(p *part, lines int), then func(*part)) {
	all[0].lines <- lines
	room := make(chan struct{}, 2*runtime.GOMAXPROCS(0)) // for parts that then was not yet called for
	queue := make(chan int)
	var workers crash.Group
	var met *crash.Panic
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		workers.Go(func() {
			for i := range queue {
				p, lines := all[i], <-all[i].lines
				if i+1 < len(all) {
					all[i+1].lines <- lines + bytes.Count(p.text, []byte{'\n'})
				}
				p.carryOut(work, lines)
			}
		})
	}
	workers.Go(func() {
		defer close(queue)
		for i := range all {
			room <- struct{}{}
			queue <- i
		}
	})
	for i, p := range all {
		<-p.done
		if met = cmp.Or(met, p.met); met == nil {
			then(p)
		}
		all[i] = nil // so that its results can be freed
		<-room
	}
	if met != nil {
		panic(met)
	}
}

// carryOut works on a part. If that panics, so will parallel.
func (p *part) carryOut(work func(p *part, lines int), lines int) {
	defer close(p.done)
	defer func() { p.met = crash.Of(recover()) }()
	work(p, lines)
}

// parseShared is parse with all processors. It yields in order, from the goroutine
// that called it, and to the end.
func (s *source) parseShared(text []byte, from start, set string, yield func(dupcheck.Object, error) bool) (documents int) {
	all := parts(text, from.offset, s.store.share)
	free := make(chan []dupcheck.Object, len(all)) // the space of parts that are done, so that no garbage piles up
	parallel(all, from.lines, func(p *part, lines int) {
		select {
		case p.objects = <-free:
		default:
		}
		p.documents = s.parse(p.text, start{offset: p.offset, lines: lines}, set, func(o dupcheck.Object, err error) bool {
			if err != nil {
				p.unread = append(p.unread, err)
			} else {
				p.objects = append(p.objects, o)
			}
			return true
		})
	}, func(p *part) {
		shift(p.objects, from.index+documents)
		for _, o := range p.objects {
			yield(o, nil)
		}
		for _, err := range p.unread {
			yield(dupcheck.Object{}, err)
		}
		documents += p.documents
		clear(p.objects)
		free <- p.objects[:0]
	})
	return documents
}

// documentsShared yields the documents of a text, as scan finds them.
func (s *source) documentsShared(text []byte, least int, yield func(Document) bool) {
	index, more := 0, true
	parallel(parts(text, 0, least), 0, func(p *part, lines int) {
		p.found = make([]Document, 0, likely(p.text))
		for d := range scan(p.text, s.store.nodes, start{offset: p.offset, lines: lines}) {
			p.found = append(p.found, s.document(d))
			if p.documents = d.index; !d.Bare {
				p.documents++
			}
		}
	}, func(p *part) {
		for i := 0; i < len(p.found) && more; i++ {
			d := &p.found[i]
			d.From, d.Parse, d.Start, d.End = d.From+p.offset, d.Parse+p.offset, d.Start+p.offset, d.End+p.offset
			d.Index += index
			shift(d.Objects, index)
			more = yield(*d)
		}
		index += p.documents
	})
}

// likely is about how many documents there are in a text, by its beginning, unless
// they are very small.
func likely(text []byte) int {
	const enough = 32 << 10
	sample := text[:min(enough, len(text))]
	found := 1 + bytes.Count(sample, []byte("\n---"))
	return min(found*(len(text)/(len(sample)+1)+1), 1+len(text)/64)
}

// shift moves objects behind so many documents.
func shift(objects []dupcheck.Object, documents int) {
	for i := range objects {
		o := &objects[i]
		o.At.Document += documents
		for _, d := range o.ReaderFindings {
			for n := range d.Declarations {
				d.Declarations[n].Document += documents
			}
		}
	}
}
