package dupcheck_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestObjectsAreKept: a Checker gives back the objects that were added, and a finding has
// the position of each, also if it shares some fields with the object before it.
func TestObjectsAreKept(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 26))
	one := func(all ...string) string { return all[r.IntN(len(all))] }
	for range 200 {
		var c dupcheck.Checker
		var added []dupcheck.Object
		for i := range 30 {
			id := r.IntN(4)
			if i < 8 {
				id = i % 4 // each is declared twice
			}
			o := dupcheck.Object{
				APIVersion: "v1", Kind: []string{"ConfigMap", "Secret"}[id%2], Namespace: []string{"a", "b"}[id/2], Name: "n",
				At: dupcheck.Position{File: one("", "f", "g"), Origin: one("", "f", "o"), Line: i + 1, Column: i, Document: i},
			}
			switch r.IntN(8) {
			case 0:
				o.At.Path = "items[0]"
			case 1:
				o.At.Line = math.MaxInt - i // too large for a record on 64-bit systems
			case 2:
				o.Tag = i
			}
			c.Add(o)
			added = append(added, o)
		}
		var kept []dupcheck.Object
		for _, o := range c.Objects() {
			kept = append(kept, o)
		}
		assert.Equal(t, added, kept)

		positions := map[dupcheck.Position]int{}
		for _, o := range added {
			positions[o.At]++
		}
		for _, d := range c.Report().Diagnostics {
			for _, at := range d.Declarations {
				positions[at.Position]--
			}
		}
		for at, n := range positions {
			assert.Equal(t, 0, n, "%+v", at)
		}
	}
}
