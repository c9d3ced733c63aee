package worker

import (
	"io"
	"os"

	"github.com/kuniq/kuniq/internal/crash"
)

// Input returns the input, and ends this process at its end, even while it works: a parent
// that no longer exists needs no answer. A living parent closes the input only when it has
// all answers.
func Input(in io.Reader) io.Reader {
	r, w := io.Pipe()
	var copying crash.Group // which nothing waits for
	copying.Go(func() {
		_, _ = io.Copy(w, in)
		os.Exit(0)
	})
	return r
}
