package manifest

import "sync"

// blocks are parts of files that were read again last. Objects that collide are asked
// for in the order of their files, so that a file is opened once for all of them and
// not once for each. The zero value has none.
type blocks struct {
	mu  sync.Mutex
	all []block // the last one used at the end

	comparer comparer // of texts that are lent
}

// block is a part of a file.
type block struct {
	source *source
	start  int
	text   []byte
	kept   bool // by a caller of piece, so that the memory is not used again
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
	k, err := b.block(s, start, end)
	if err != nil {
		return nil, err
	}
	k.kept = true
	return k.piece(start, end), nil
}

// lend calls a function with the texts of two bodies and something to compare them with,
// none of which it keeps.
func (b *blocks) lend(one, two *body, use func(c *comparer, one, two []byte)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	first, err := b.block(one.source, one.start, one.end())
	if err != nil {
		return err
	}
	text := first.piece(one.start, one.end())
	second, err := b.block(two.source, two.start, two.end()) // the first is not the oldest one now
	if err != nil {
		return err
	}
	use(&b.comparer, text, second.piece(two.start, two.end()))
	return nil
}

func (k *block) piece(start, end int) []byte {
	return k.text[start-k.start : end-k.start : end-k.start]
}

// block returns a block that has a range, until the next one is asked for.
func (b *blocks) block(s *source, start, end int) (*block, error) {
	for i, k := range b.all {
		if k.source == s && k.start <= start && end <= k.start+len(k.text) {
			copy(b.all[i:], b.all[i+1:])
			b.all[len(b.all)-1] = k
			return &b.all[len(b.all)-1], nil
		}
	}
	k := block{source: s, start: start &^ (blockBytes - 1)}
	large := end-k.start > 2*blockBytes // a large object is not asked for twice
	if !large {
		k.text = b.makeRoom()
	}
	var err error
	if k.text, err = s.again(k.text, k.start, max(end, min(k.start+blockBytes, int(s.size)))); err != nil {
		return nil, err
	}
	if large {
		return &k, nil
	}
	b.all = append(b.all, k)
	return &b.all[len(b.all)-1], nil
}

// makeRoom forgets the oldest block if there are too many for one more. It returns memory
// for that, if there is any to use again.
func (b *blocks) makeRoom() []byte {
	if len(b.all) < mostBlocks {
		return nil
	}
	oldest := b.all[0]
	b.all = append(b.all[:0], b.all[1:]...)
	if oldest.kept {
		return nil
	}
	return oldest.text
}
