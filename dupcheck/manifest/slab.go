package manifest

import "strings"

// mostBlock is how much is allocated at a time for objects that come by the
// thousand: so many bodies, and as many times the bytes of a name. A
// caller that keeps one object keeps the block, too.
const (
	mostBlock = 31
	nameBytes = 16
)

// bodySlab allocates bodies in blocks, larger ones the more there are. The zero value
// is ready for use.
type bodySlab struct {
	free []body
	size int
}

func (b *bodySlab) next() *body {
	if len(b.free) == 0 {
		b.size = min(2*b.size+1, mostBlock)
		b.free = make([]body, b.size)
	}
	first := &b.free[0]
	b.free = b.free[1:]
	return first
}

// nameSlab makes strings of common blocks, as bodySlab does.
type nameSlab struct {
	block strings.Builder
	size  int
}

func (n *nameSlab) add(text []byte) string {
	if len(text) > n.block.Cap()-n.block.Len() {
		n.size = min(2*n.size+1, mostBlock)
		n.block = strings.Builder{}
		n.block.Grow(max(len(text), n.size*nameBytes))
	}
	start := n.block.Len()
	n.block.Write(text)
	return n.block.String()[start:]
}
