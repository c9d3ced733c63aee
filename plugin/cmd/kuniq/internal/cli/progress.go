package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/kuniq/kuniq/plugin/gate"
)

// progress shows on a terminal that long work continues. Elsewhere, and in its first second,
// it prints nothing.
type progress struct {
	w      io.Writer
	next   time.Time
	silent bool
	shown  bool
}

func newProgress(c Command) *progress {
	return &progress{w: c.Stderr, next: time.Now().Add(time.Second), silent: c.manners.quiet || !isTerminal(c.Stderr)}
}

// sayf shows the progress. It may be called often.
func (p *progress) sayf(format string, args ...any) {
	if p.silent || time.Now().Before(p.next) {
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[Kkuniq: "+format, args...)
	p.next = time.Now().Add(200 * time.Millisecond)
	p.shown = true
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// shown runs some work, with options by which the engine shows its progress.
func shown[T any](c Command, o *gate.Options, work func() (T, error)) (T, error) {
	p := newProgress(c)
	defer p.done()
	o.Progress = func(at gate.Progress) {
		if !p.silent {
			p.sayf("%s", at)
		}
	}
	return work()
}
