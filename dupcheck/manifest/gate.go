package manifest

import "sync"

// gate lets as much work in at a time as there is room for, and always at
// least one piece of it. A nil gate has room for all.
type gate struct {
	room int

	mu   sync.Mutex
	free sync.Cond
	used int
}

func newGate(room int) *gate {
	g := &gate{room: room}
	g.free.L = &g.mu
	return g
}

func (g *gate) enter(n int) {
	if g == nil {
		return
	}
	g.mu.Lock()
	for g.used > 0 && g.used+n > g.room {
		g.free.Wait()
	}
	g.used += n
	g.mu.Unlock()
}

func (g *gate) leave(n int) {
	if g == nil {
		return
	}
	g.mu.Lock()
	g.used -= n
	g.mu.Unlock()
	g.free.Broadcast()
}
