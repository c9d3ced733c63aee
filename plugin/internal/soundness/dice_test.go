package soundness

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// dice decides what is random: as the bytes say, and when they are used up as a
// generator says that begins with them.
type dice struct {
	data []byte
	rest *rand.Rand
}

func newDice(data []byte) *dice {
	h := fnv.New64a()
	_, _ = h.Write(data) // it never fails
	return &dice{data, rand.New(rand.NewPCG(h.Sum64(), 1))}
}

// n is a number below some other one.
func (d *dice) n(below int) int {
	if len(d.data) == 0 {
		return d.rest.IntN(below)
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % below
}

// may says yes in some of a hundred cases.
func (d *dice) may(percent int) bool { return d.n(100) >= 100-percent }

func pick[T any](d *dice, from ...T) T { return from[d.n(len(from))] }

// written fills a template of YAML.
func written(format string, args ...any) string { return fmt.Sprintf(format, args...) }
