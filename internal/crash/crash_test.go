package crash_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/internal/crash"
)

var assert, require = assertion.Continue, assertion.Stop

// caught returns the panic of a function.
func caught(do func()) (p *crash.Panic) {
	defer func() { p = crash.Of(recover()) }()
	do()
	return nil
}

func beyond() { _ = []int{}[len("x")] }

func TestWhile(t *testing.T) {
	assert.Nil(t, caught(func() { defer crash.While("a"); _ = 0 }))
	p := caught(func() {
		defer crash.While("outer")
		func() {
			defer crash.While("inner")
			beyond()
		}()
	})
	require.NotNil(t, p)
	assert.Equal(t, "inner", p.Input)
	assert.Equal(t, "runtime error: index out of range [1] with length 0", p.Error())
	assert.Contains(t, string(p.Stack), "crash_test.beyond")
	assert.Equal(t, "a panic", caught(func() { panic("hunter2\n") }).Error(), "a value may be from the input")
}

func TestGroup(t *testing.T) {
	var g crash.Group
	var ran [9]bool
	for i := range ran {
		g.Go(func() {
			defer crash.While("x")
			ran[i] = true
			if i == 4 {
				beyond()
			}
		})
	}
	p := caught(g.Wait)
	require.NotNil(t, p)
	assert.Equal(t, "x", p.Input)
	assert.NotContains(t, ran, false)
	assert.Contains(t, string(p.Stack), "crash_test.beyond")

	var outer crash.Group // a group may wait for another
	outer.Go(g.Wait)
	assert.True(t, p == caught(outer.Wait))
	var fine crash.Group
	fine.Go(func() {})
	assert.Nil(t, caught(fine.Wait))
}

func TestAwait(t *testing.T) {
	n, err := crash.Await(t.Context(), func() int { return 7 })
	assert.Equal(t, 7, n)
	require.NoError(t, err)
	p := caught(func() { _, _ = crash.Await(t.Context(), func() int { beyond(); return 1 }) })
	require.NotNil(t, p)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("x"))
	stay := make(chan int)
	_, err = crash.Await(ctx, func() int { return <-stay })
	require.ErrorIs(t, err, context.Canceled)
	close(stay)
}
