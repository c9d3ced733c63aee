package split

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
)

func TestDigestsOf(t *testing.T) {
	var list []*File
	for i := range 100 {
		list = append(list, &File{Parts: [][]byte{fmt.Append(nil, "head ", i), fmt.Append(nil, " body ", i)}})
	}
	for i, d := range digestsOf(context.Background(), list) {
		assert.Equal(t, journal.Digest(sha256.Sum256(fmt.Append(nil, "head ", i, " body ", i))), d)
	}
}
