// Package crash carries a panic from where it happens to where it is reported. If a
// goroutine panics, the Go runtime ends the process with exit code 2 and a stack, and only
// that goroutine can prevent it. So kuniq starts all goroutines here: the goroutine that
// waits for them panics in their place. The last one is that of the command, which names its
// input in one line.
package crash

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// Panic is a panic that is passed on.
type Panic struct {
	// Input is the name of the input that was being read, or "" if that is not known.
	Input string
	// Value is the argument of panic, and Stack the stack at that time.
	Value any
	Stack []byte
}

// Error describes the panic in one line in which nothing comes from any input. It describes
// a panic of the runtime, and of any other it only says that there was one.
func (p *Panic) Error() string {
	if err, ok := p.Value.(runtime.Error); ok {
		return err.Error()
	}
	return "a panic"
}

// Of returns the panic of a value that recover returned, or nil if there was none.
func Of(recovered any) *Panic {
	if p, ok := recovered.(*Panic); ok || recovered == nil {
		return p
	}
	return &Panic{Value: recovered, Stack: debug.Stack()}
}

// While makes a panic name the input that was being read. The innermost input counts:
//
//	defer crash.While(name)
func While(input string) {
	if p := Of(recover()); p != nil {
		if p.Input == "" {
			p.Input = input
		}
		panic(p)
	}
}

// Group runs functions in goroutines of their own. The zero value is ready for
// use.
type Group struct {
	all sync.WaitGroup
	mu  sync.Mutex
	met *Panic
}

// Go runs a function.
func (g *Group) Go(do func()) {
	g.all.Add(1)
	go func() {
		defer g.all.Done()
		defer func() {
			if p := Of(recover()); p != nil {
				g.mu.Lock()
				defer g.mu.Unlock()
				g.met = p
			}
		}()
		do()
	}()
}

// Wait returns when all functions have returned. If one of them has panicked,
// it panics with that.
func (g *Group) Wait() {
	g.all.Wait()
	if g.met != nil {
		panic(g.met)
	}
}

// Await runs a function in a goroutine of its own and returns its result. If
// ctx ends first it returns the error of ctx, and leaves the function behind.
func Await[T any](ctx context.Context, do func() T) (result T, err error) {
	done := make(chan struct{})
	var group Group
	var late T
	group.Go(func() {
		defer close(done)
		late = do()
	})
	select {
	case <-ctx.Done():
		return result, ctx.Err()
	case <-done:
		group.Wait()
		return late, nil
	}
}
