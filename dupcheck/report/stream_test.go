package report_test

import (
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// many is a report of n collisions of two files in one directory.
func many(n int) (r dupcheck.Report) {
	for i := range n {
		r.Diagnostics = append(r.Diagnostics, collision(fmt.Sprintf("web-%d", i), fmt.Sprintf("all/a%d.yaml", i/50), fmt.Sprintf("all/b%d.yaml", i/50)))
	}
	r.Objects, r.Files = 2*n, n/25
	return r
}

// pieces counts what is written at once.
type pieces struct{ n, longest int }

func (p *pieces) Write(b []byte) (int, error) {
	p.n, p.longest = p.n+1, max(p.longest, len(b))
	return len(b), nil
}

// TestFormatsAreLinear counts what each format allocates for twice as many findings, and
// how much of the report it has in memory at once.
func TestFormatsAreLinear(t *testing.T) {
	const n = 4000
	few, twice := many(n), many(2*n)
	allocated := func(format string, r dupcheck.Report, w io.Writer) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.NoError(t, report.Write(w, format, r, report.Options{Brief: true}))
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	for _, format := range report.Formats() {
		var p pieces
		allocated(format, few, io.Discard) // to make what is made once
		one, two := allocated(format, few, io.Discard), allocated(format, twice, &p)
		assert.Less(t, two/one, 2.3, "%s: %.0f bytes for %d findings, %.0f for twice as many", format, one, n, two)
		if format != "html" && format != "markdown" { // which are bounded
			assert.Less(t, p.longest, 100_000, format)
		}
	}
	var p pieces
	require.NoError(t, report.Text(&p, few, report.Options{}))
	assert.Greater(t, p.n, 10, "the text of all findings comes in pieces")
	assert.Less(t, p.longest, 100_000)
}

// failing fails at its second call.
type failing struct{ n int }

func (f *failing) Write(b []byte) (int, error) {
	if f.n++; f.n > 1 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

// TestFormatsSayThatTheyFail: an error of the writer gets out, however late it comes.
func TestFormatsSayThatTheyFail(t *testing.T) {
	r := many(2000)
	for _, format := range report.Formats() {
		if format == "html" || format == "markdown" { // which are written at once
			continue
		}
		assert.ErrorIs(t, report.Write(new(failing), format, r, report.Options{}), io.ErrShortWrite, format)
	}
}
