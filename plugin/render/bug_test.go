package render

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestResultOf: a worker whose job panics answers, and goes on.
func TestResultOf(t *testing.T) {
	var none []string
	r := resultOf(func() Result { return Result{Reason: checkout.Text(none[len(none)])} })
	assert.Equal(t, "rendering it was stopped by a bug: runtime error: index out of range [0] with length 0", r.Reason.String())
	assert.Equal(t, "x", resultOf(func() Result { return Result{Reason: "x"} }).Reason.String())
}

// TestPoolPanics: what goes wrong while jobs are made reaches the caller of Run,
// also if no goroutine is left that would take the others.
func TestPoolPanics(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		met := func() (p *crash.Panic) {
			defer func() { p = crash.Of(recover()) }()
			Pool{Workers: workers}.Run(t.Context(), 9, func(i int) (Job, error) {
				defer crash.While("x")
				if i < workers {
					panic("bug")
				}
				return Job{}, errors.New("no worker")
			}, func(Outcome) {})
			return nil
		}()
		if assert.NotNil(t, met) {
			assert.Equal(t, "x", met.Input)
		}
	}
}
