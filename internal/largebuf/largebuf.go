// Package largebuf allocates memory for large inputs and fills it. Filling fresh memory 4
// KiB at a time costs the kernel as much time as kuniq's scanner needs for the content.
package largebuf

import (
	"errors"
	"io"
	"os"
	"runtime"

	"github.com/kuniq/kuniq/internal/crash"
)

// huge is the size of the requested pages.
const huge = 2 << 20

// Buffer returns an empty slice with room for n bytes. If that is several MiB, and the
// system has larger pages, the memory consists of these. Otherwise the slice is like any
// other.
func Buffer(n int) []byte {
	buffer := make([]byte, 0, n)
	if n >= 2*huge {
		advise(buffer[:n])
	}
	return buffer
}

// piece is the number of bytes that one goroutine reads at a time.
const piece = 2 * huge

// Read returns the next n bytes of a regular file, or fewer if it ends before that, in a
// slice with room for extra bytes more. All processors read large files. The next read of
// the file continues behind these bytes.
func Read(f *os.File, n, extra int) ([]byte, error) {
	buffer := Buffer(n + extra)[:n]
	if n < 2*piece {
		n, err := io.ReadFull(f, buffer)
		return buffer[:n], withoutEnd(err)
	}
	from, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	got, err := fill(f, from, buffer)
	if err == nil {
		_, err = f.Seek(from+int64(got), io.SeekStart)
	}
	return buffer[:got], err
}

// fill reads pieces of a file, and returns the number of bytes before the first missing one.
func fill(f io.ReaderAt, from int64, buffer []byte) (int, error) {
	pieces := (len(buffer) + piece - 1) / piece
	got, failed := make([]int, pieces), make([]error, pieces)
	var all crash.Group
	workers := min(runtime.GOMAXPROCS(0), pieces)
	for worker := range workers {
		all.Go(func() {
			for i := worker; i < pieces; i += workers {
				part := buffer[i*piece : min((i+1)*piece, len(buffer))]
				got[i], failed[i] = f.ReadAt(part, from+int64(i*piece))
			}
		})
	}
	all.Wait()
	for i, n := range got {
		if err := withoutEnd(failed[i]); err != nil {
			return 0, err
		}
		if n < min(piece, len(buffer)-i*piece) {
			return i*piece + n, nil
		}
	}
	return len(buffer), nil
}

// withoutEnd drops the errors that only say that the file has ended.
func withoutEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
