package manifest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// compared checks two documents with their texts at hand, and again with nothing but their
// values: the findings must be the same. It returns whether the texts were enough.
func compared(t testing.TB, one, other string) bool {
	t.Helper()
	if one == other {
		return false // which are the same even if they have no value
	}
	var texts, values []dupcheck.Object
	for i, text := range []string{one, other} {
		for o, err := range Parse("f", []byte(text)) {
			if err != nil {
				return false
			}
			o.At.Line += 1000 * i
			texts = append(texts, o)
			o.Body = struct{ dupcheck.Body }{o.Body}
			values = append(values, o)
		}
	}
	got, want := dupcheck.Check(dupcheck.Rules{}, texts), dupcheck.Check(dupcheck.Rules{}, values)
	require.Equal(t, want, got, "%s\n---\n%s", one, other)
	if len(texts) != 2 {
		return false
	}
	b, ok := texts[0].Body.(*body)
	if !ok {
		return false
	}
	_, ok = b.Changes(texts[1].Body)
	return ok
}

// TestChanges: what differs is what the values say.
func TestChanges(t *testing.T) {
	const head = "kind: A\napiVersion: v1\nmetadata:\n  name: a\n"
	for _, c := range []struct {
		one, other string
		enough     bool
	}{
		{"x: 1\n", "x: 2\n", true},
		{"x: 1\nk: a\n", "x: 1.0\nk: 'a'\n", true},
		{"x:\n- a\n- b: c\n  d: e\n", "x:\n- z\n- b: \"c\"\n  d: yes\n", true},
		{"  annotations:\n    config.kubernetes.io/path: a\n    b: c\n", "  annotations:\n    config.kubernetes.io/path: z\n    b: c\n", true},
		{"x: 1\nx: 2\n", "x: 3\nx: 2\n", false},
		{"x: 1\nx: 2\n", "x: 1\nx: 3\n", true},
		{"x:\n  k: 1\nx: 2\n", "x:\n  k: 3\nx: 2\n", false},
		{"x: |\n  a\n", "x: |\n  b\n", false},
		{"x: \"a\nk: 1\n  b\"\n", "x: \"a\nk: 2\n  b\"\n", false},
		{"x: &a 1\n", "x: &a 2\n", false},
		{"x: 1\n", "x: 1\nk: 2\n", false},
		{"x: 1\n", "k: 1\n", false},
		{"x: 1\n", "x: {}\n", false},
		{"x:\n", "x: 1\n", false},
		{"# a\n", "# b\n", false},
		{"x: 1\n", "x: 1", false},
		{"x: 1\n", "x: 2", false},
		{"x: a\n", "x: a # b\n", false},
	} {
		assert.Equal(t, c.enough, compared(t, head+c.one, head+c.other), "%s\n%s", c.one, c.other)
	}
	assert.True(t, compared(t, plainObject, strings.ReplaceAll(plainObject, "'http'", "9")))
}

// changed is a text with something else in one to three of its lines.
func changed(r *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	for range 1 + r.IntN(3) {
		i := r.IntN(len(lines))
		switch line := lines[i]; r.IntN(12) {
		case 0:
			lines[i] += line
		case 1:
			lines[i] = ""
		case 2:
			lines[i] = strings.Repeat(" ", r.IntN(4)) + line
		case 3:
			lines[i] = fragments[r.IntN(len(fragments))] + "\n"
		default:
			if at := strings.LastIndex(line, " "); at >= 0 {
				lines[i] = line[:at+1] + []string{"1", "~", "'a'", "\"b\"", "yes", "c d", "3", "{}", "[]", "|", ""}[r.IntN(11)] + "\n"
			}
		}
	}
	return strings.Join(lines, "")
}

// TestChangesOfRandomText compares objects with changed ones. KUNIQ_LONG=1 tries a
// hundred times as many.
func TestChangesOfRandomText(t *testing.T) {
	n := 3000
	if os.Getenv("KUNIQ_LONG") != "" {
		n *= 100
	}
	texts := []string{plainObject}
	for _, pattern := range []string{"testdata/*.yaml", "testdata/*/*.yaml", "../../examples/*/*.yaml"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			if len(data) < 20_000 && len(bodies(string(data))) == 1 {
				texts = append(texts, string(data))
			}
		}
	}
	r := rand.New(rand.NewPCG(20, 26))
	enough := 0
	var used comparer
	for range n {
		text := texts[r.IntN(len(texts))]
		if r.IntN(2) == 0 {
			text = "kind: A\napiVersion: v1\nmetadata:\n  name: a\nspec:\n" + strings.ReplaceAll("\n"+randomText(r), "\n", "\n  ")[1:] + "\nz: 1\n"
		}
		other := changed(r, text)
		if compared(t, text, other) {
			enough++
		}
		comparedAgain(t, &used, text, other)
	}
	t.Logf("%d texts of which %d were compared without their values", n, enough)
	assert.Greater(t, enough, n/50)
}

// comparedAgain checks that a comparer that was used before finds the same changes as a new
// one, and that they stay the same when the memory of the texts is used again.
func comparedAgain(t *testing.T, used *comparer, one, other string) {
	t.Helper()
	texts := [2][]byte{[]byte(one), []byte(other)}
	got, ok := changesOf(used, texts[0], texts[1], false)
	for _, text := range texts {
		for i := range text {
			text[i] = '!'
		}
	}
	want, wantOK := changesOf(new(comparer), []byte(one), []byte(other), false)
	require.Equal(t, wantOK, ok, "%s\n---\n%s", one, other)
	require.Equal(t, want, got, "%s\n---\n%s", one, other)
}

// TestChangesOneAfterAnother: the report of a pair of contents has no change of the pair
// before it. All are in one file, whose pairs are compared in the same memory.
func TestChangesOneAfterAnother(t *testing.T) {
	var text strings.Builder
	for _, pair := range [][3]string{
		{"a", "- x: 1\n- x: 1\n", "- x: 1\n- x: 2\n"},
		{"b", "- x: 1\n- x: 1\n", "- x: 2\n- x: 1\n"},
		{"c", "- 1\n", "- 2\n"},
		{"d", "- z: 1\n", "- z: 2\n"},
		{"e", "- z: 1\n", "- z: 1\n"},
	} {
		for _, spec := range pair[1:] {
			text.WriteString("---\nkind: A\napiVersion: v1\nmetadata:\n  name: " + pair[0] + "\nspec:\n" + spec)
		}
	}
	name := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(name, []byte(text.String()), 0o666))
	var c dupcheck.Checker
	for f := range (&Tree{Args: []string{name}}).Files(t.Context()) {
		for _, o := range f.Objects {
			c.Add(o)
		}
	}
	var differs [][]string
	for _, d := range c.Report().Diagnostics {
		differs = append(differs, d.Differs)
	}
	assert.Equal(t, [][]string{{"spec[1].x"}, {"spec[0].x"}, {"spec[0]"}, {"spec[0].z"}, nil}, differs)
}
