package manifest

import (
	"bytes"
	"runtime"

	"github.com/kuniq/kuniq/dupcheck"
)

// leastShare is how much of a text one goroutine parses at least, if the text
// has more than twice as much.
const leastShare = 1 << 20

// part is a part of a text that begins and ends where a window could.
type part struct {
	text   []byte
	offset int      // in the file
	lines  chan int // gets the number of lines before it

	done      chan struct{} // is closed when there is what follows
	documents int
	objects   []dupcheck.Object
	unread    []error
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

// parseShared is parse with all processors. What it yields comes in order, from
// the goroutine that called it, and to the end.
func (s *source) parseShared(text []byte, from start, set string, yield func(dupcheck.Object, error) bool) (documents int) {
	all := parts(text, from.offset, s.store.share)
	all[0].lines <- from.lines
	room := make(chan struct{}, 2*runtime.GOMAXPROCS(0)) // for parts that were not yet yielded
	queue := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		go func() {
			for i := range queue {
				lines := <-all[i].lines
				if i+1 < len(all) {
					all[i+1].lines <- lines + bytes.Count(all[i].text, []byte{'\n'})
				}
				all[i].parse(s, lines, set)
			}
		}()
	}
	go func() {
		defer close(queue)
		for i := range all {
			room <- struct{}{}
			queue <- i
		}
	}()
	for i, p := range all {
		<-p.done
		p.yield(from.index+documents, yield)
		documents += p.documents
		all[i] = &part{} // and so its objects can go
		<-room
	}
	return documents
}

// parse parses a part as if it began with the first document.
func (p *part) parse(s *source, lines int, set string) {
	p.documents = s.parse(p.text, start{offset: p.offset, lines: lines}, set, func(o dupcheck.Object, err error) bool {
		if err != nil {
			p.unread = append(p.unread, err)
		} else {
			p.objects = append(p.objects, o)
		}
		return true
	})
	close(p.done)
}

// yield yields the objects, whose documents are counted from the given one on,
// and then what could not be read.
func (p *part) yield(document int, yield func(dupcheck.Object, error) bool) {
	for i := range p.objects {
		o := &p.objects[i]
		o.At.Document += document
		for _, d := range o.Found {
			for n := range d.Declarations {
				d.Declarations[n].Document += document
			}
		}
		yield(*o, nil)
	}
	for _, err := range p.unread {
		yield(dupcheck.Object{}, err)
	}
}
