package manifest

import "sync"

// blocks are parts of files that were read again last. Objects that collide are asked
// for in the order of their files, so that a file is opened once for all of them and
// not once for each. The zero value has none.
type blocks struct {
	mu  sync.Mutex
	all []block // the last one used at the end
}

// block is a part of a file.
type block struct {
	source *source
	start  int
	text   []byte
}

// A block begins at a multiple of blockBytes, and is as long unless an object is
// longer. To read one takes about as long as to open its file.
const (
	blockBytes = 32 << 10
	mostBlocks = 8
)

// piece returns a range of the file of a source, which does not change afterwards.
func (b *blocks) piece(s *source, start, end int) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, k := range b.all {
		if k.source == s && k.start <= start && end <= k.start+len(k.text) {
			copy(b.all[i:], b.all[i+1:])
			b.all[len(b.all)-1] = k
			return k.text[start-k.start : end-k.start : end-k.start], nil
		}
	}
	from := start &^ (blockBytes - 1)
	text, err := s.again(from, max(end, min(from+blockBytes, int(s.size))))
	if err != nil {
		return nil, err
	}
	if end-from <= 2*blockBytes { // a large object is not asked for twice
		if len(b.all) == mostBlocks {
			b.all = append(b.all[:0], b.all[1:]...)
		}
		b.all = append(b.all, block{s, from, text})
	}
	return text[start-from : end-from], nil
}
