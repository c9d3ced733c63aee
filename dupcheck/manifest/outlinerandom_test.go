package manifest

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// fragments are what lines are made of, the wrong ones included.
var fragments = []string{
	"a:", "b: c", "- d", "- e: f", "- g:", "- - h", "-", "- ", "# i", "", " ", "j: |", "k: >-", "l: |2", "m: 'n", "o'", "p: \"q", "r\"",
	"s: [t, u]", "v: {w: x}", "y z", "a: b # c", "- |", "- 'd'", "'e': f", "\"g\": h", "i:j", "k#l", ": m", "? n", "o: - p", "q: r: s",
	"t:  u", "- v: 'w'", "x: \"y\"", "z: ''", "- \"a", "b: [", "c: ]", "d: &e f", "g: *h", "i: !j k", "<<: l", "---", "...", "--- m", "n: -o",
	"- -p", "q: r\\", "s:\t", "\tt", "u: v\tw", "x: y ", "apiVersion: v1", "kind: List", "kind: A", "metadata:", "name: a", "namespace: b",
	"annotations:", "helm.sh/hook: c", "items:", "spec:", "group: d", "names:", "kind: ~", "name: 1", "name: yes", "name: 'e'", "metadata: {}", "items: []",
	"apiVersion:", "kind: \"B\"", "- apiVersion: v1", "- kind: C", "name:", "é: ü", "f: \u00a0", "g: |+", "- >1", "h: \"i\" # j", "k: 'l' m", "n: \"o\":", "p: #q",
}

// randomText makes a document of such lines, mostly with the indentation of the
// line before or one that fits to it.
func randomText(r *rand.Rand) string {
	var b strings.Builder
	indent := 0
	brk := "\n"
	if r.IntN(20) == 0 {
		brk = "\r\n"
	}
	for range 1 + r.IntN(12) {
		switch r.IntN(8) {
		case 0, 1:
			indent += 1 + r.IntN(3)
		case 2:
			indent = max(0, indent-1-r.IntN(3))
		case 3:
			indent = 0
		}
		b.WriteString(strings.Repeat(" ", indent))
		b.WriteString(fragments[r.IntN(len(fragments))])
		if r.IntN(40) != 0 {
			b.WriteString(brk)
		}
	}
	return b.String()
}

// TestOutlineOfRandomText holds the outline against the parser on texts whose
// structure is right about as often as it is wrong. KUNIQ_LONG=1 tries a
// hundred times as many.
func TestOutlineOfRandomText(t *testing.T) {
	n := 40_000
	if os.Getenv("KUNIQ_LONG") != "" {
		n *= 100
	}
	r := rand.New(rand.NewPCG(20, 26))
	documents, outlines := 0, 0
	for range n {
		d, o := outlined(t, "random", []byte(randomText(r)))
		documents, outlines = documents+d, outlines+o
	}
	t.Logf("%d documents, %d of them with an outline", documents, outlines)
	assert.Greater(t, outlines, n/50)
}
