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
	"q: {", "}", "},", "],", "r: [", "s: t,", "u,", "'v': w,", "\"x\":y, z: {", "# c", "a: [b: c]", "- {kind: A, apiVersion: v1,", "metadata: {name: a}", "metadata: {name: a,",
	"metadata: &m", "metadata: *m", "name: &n a", "b: &m", "c: *m", "- &m d", "- *m", "e: [*m, &n f, *n]", "!t g: h", "i: !!str j", "k: !l", "- !!map", "m: !n {o: p}", "&m q: r", "*m : s", "&m", "*n",
	"t: \"u\\", "v\\x41\"", "'w", "x'", "kind : A", "\"kind\": B", "\"k\\x69nd\": C", "--- a", "--- {", "--- [a]", "--- 'b", "--- !c d", "--- &e", "--- |", "{", "[", "- op: a", "[{kind: A,", "{kind: A}", "\"a\"", "{<<: *m}", "a?b, c",
	"items: [", "{kind: A, apiVersion: v1}]", "annotations: {helm.sh/hook: a}", "\ta: b", "c\t#d", "b:c, -", "-a, d :e", "e:", ":", "?",
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

// flowWords are the scalars of random flow collections, and flowGaps what stands
// between their tokens.
var (
	flowWords = []string{"a", "kind", "apiVersion", "metadata", "name", "items", "List", "A", "b c", "d:e", "f#g", "-h", "'i'", "\"j\"", "'k''l'", "\"m\\n\"", "\"kind\"", "'name'", "'o\n p'", "q\n  r", "1", "~", "<<", "é", "s\tt"}
	flowGaps  = []string{"", "", "", "", " ", " ", "\n", "\n  ", " # u\n", "\t", "#v\n", "\r\n", "\n\n"}
	flowProps = []string{"&w ", "!x ", "!!str ", "&y\n", "*w", "&w !x "}
)

// randomFlow makes a flow collection that mostly is one.
func randomFlow(r *rand.Rand, depth int) string {
	var b strings.Builder
	word := func(words []string) { b.WriteString(words[r.IntN(len(words))]) }
	mapping := r.IntN(3) > 0
	b.WriteByte("[{"[btoi(mapping)])
	for range r.IntN(5) {
		word(flowGaps)
		if mapping {
			word(flowWords)
			word(flowGaps[:6])
			b.WriteString([]string{": ", ":", ":\n"}[min(2, r.IntN(8)/3)])
		}
		word(flowGaps)
		if r.IntN(8) == 0 {
			word(flowProps)
		}
		if depth > 0 && r.IntN(3) == 0 {
			b.WriteString(randomFlow(r, depth-1))
		} else {
			word(flowWords)
		}
		word(flowGaps)
		b.WriteByte(',')
	}
	word(flowGaps)
	b.WriteByte("]}"[btoi(mapping)])
	return b.String()
}

// randomDocument makes a document of a flow collection, or with one, of which every
// other one has something left out.
func randomDocument(r *rand.Rand) string {
	before := []string{"", "--- ", "a: ", "kind: A\napiVersion: v1\nmetadata: ", "kind: List\napiVersion: v1\nitems:\n- ", "kind: List\napiVersion: v1\nitems: ", "- ", "a: &w b\nc: "}
	text := before[r.IntN(len(before))] + randomFlow(r, 3) + []string{"", "\n", " # z\n", "\nd: e\n"}[r.IntN(4)]
	if r.IntN(2) == 0 {
		from := r.IntN(len(text))
		text = text[:from] + text[min(len(text), from+1+r.IntN(2)):]
	}
	return text
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
	var all shares
	for range n {
		for _, text := range []string{randomText(r), randomDocument(r)} {
			all.add(outlined(t, "random", []byte(text)))
		}
	}
	t.Logf("%d documents, %d of them with an outline", all.documents, all.outlines)
	assert.Greater(t, all.outlines, n/50)
}
