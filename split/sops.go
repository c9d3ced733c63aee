package split

import (
	"bytes"
	"context"
	"iter"
	"sync/atomic"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// severalWithSOPS says whether one of several documents is encrypted by SOPS. It
// reads the documents only where the word is.
func severalWithSOPS(documents iter.Seq[manifest.Document], data []byte) (dupcheck.Position, bool) {
	count := 0
	var at dupcheck.Position
	encrypted := false
	if !mentionsSOPS(data) {
		return at, false
	}
	for d := range documents {
		if d.Bare || len(bytes.TrimSpace(data[d.Start:d.End])) == 0 {
			continue
		}
		count++
		if manifest.HasSOPS(data[d.Start:d.End]) && !encrypted {
			encrypted = true
			at = dupcheck.Position{Line: d.Line, Document: d.Index}
		}
	}
	return at, encrypted && count > 1
}

// mentionsSOPS says whether there is "sops" anywhere in some bytes. The rarest of
// its letters is looked for, which takes a fifth of what bytes.Contains does.
func mentionsSOPS(data []byte) bool {
	const piece, word = 128 << 10, "sops"
	var found atomic.Bool
	crash.Share(context.Background(), (len(data)+piece-1)/piece, func(_, i int) {
		if found.Load() {
			return
		}
		part := data[i*piece : min((i+1)*piece+len(word)-1, len(data))]
		for at := 2; at < len(part); at++ {
			next := bytes.IndexByte(part[at:], 'p')
			if next < 0 {
				return
			}
			if at += next; at+1 < len(part) && string(part[at-2:at+2]) == word {
				found.Store(true)
				return
			}
		}
	})
	return found.Load()
}
