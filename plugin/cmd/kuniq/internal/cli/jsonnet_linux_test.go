package cli

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// programBombs are programs that need too much of something, made as bombs are.
func programBombs() map[string]programBomb {
	return map[string]programBomb{
		"tail calls": {"local f(x) = f(x + 1) tailstrict; f(1)", tooDeep, recurses},
		"tail calls of two": {
			"local a = { f(x):: $.g(x) tailstrict, g(x):: $.f(x) tailstrict }; a.f(1)", tooDeep, recurses,
		},
		"brackets":      {strings.Repeat("[", 3<<20), "it ", ""},
		"parentheses":   {strings.Repeat("(", 3<<20), "it ", ""},
		"calls":         {"local f(x) = f(x + 1); f(1)", frames, fails},
		"itself":        {"local a = { b: $ }; a", frames, fails},
		"an array":      {"local f(x) = [f(x)]; f(1)", frames, fails},
		"a string":      {"{ a: std.toString($) }", frames, fails},
		"a cycle":       {"std.manifestJson({ b: self })", "possible infinite recursion", fails},
		"a fold":        {"std.foldl(function(a, x) [a], std.range(1, 10000), {})", frames, fails},
		"text":          {"std.parseJson(std.repeat('[', 20000))", "max depth", fails},
		"a panic":       {"std.removeAt([], 1)", "kuniq: bomb.jsonnet: go-jsonnet panicked: runtime error: slice", fails},
		"std.repeat":    {"std.repeat('x', 1000000000)", tooMuch, died},
		"strings":       {"std.foldl(function(a, x) a + a, std.range(1, 50), 'xxxxxxxx')", tooMuch, died},
		"std.range":     {"std.range(1, 1000000000)", tooMuch, died},
		"arrays":        {"std.foldl(function(a, x) a + a, std.range(1, 40), [1])", tooMuch, died},
		"std.makeArray": {"std.makeArray(2000000000, function(i) i)", tooMuch, died},
		"a loop":        {"[{ a: i } for i in std.range(1, 100000000)]", tooMuch, died},
		"fields":        {"{ ['a' + i]: i for i in std.range(1, 100000000) }", tooMuch, died},
		"output":        {"local a = std.repeat('x', 1000000); [a for i in std.range(1, 1000)]", tooMuch, died},
	}
}

// programBomb is one of programBombs.
type programBomb struct {
	program string
	says    string // of jsonnet
	reason  string // of check
}

const (
	tooDeep  = "kuniq: bomb.jsonnet: it recursed too deeply, with more than 128 MiB of stack\n"
	tooMuch  = "needed more than 256 MiB of memory\n"
	frames   = "RUNTIME ERROR: max stack frames exceeded."
	recurses = "it recurses too deeply"
	died     = "the process that rendered it died; it may have needed too much memory"
	fails    = "it fails"
)

// TestLongProgramBombs: each of them ends in a message and no more than that, and so it
// does for check, which renders what comes after it.
func TestLongProgramBombs(t *testing.T) {
	assertion.Long(t)
	for name, b := range programBombs() {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			require.NoError(t, os.WriteFile("bomb.jsonnet", []byte(b.program), 0o666))
			require.NoError(t, os.WriteFile("good.jsonnet", []byte("{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }"), 0o666))

			most := int64(256 << 20)
			if b.says == tooDeep {
				most *= 2 // a stack that grows is there twice
			}
			r := runSmall(t, most, "jsonnet", "good.jsonnet", "bomb.jsonnet")
			assert.Equal(t, exitNoWork, r.code)
			assert.Empty(t, r.stdout)
			assert.Contains(t, r.stderr, b.says)
			assert.NotContains(t, r.stderr, "goroutine")
			if !strings.HasPrefix(r.stderr, "RUNTIME ERROR: ") {
				assert.Regexp(t, "^kuniq: bomb.jsonnet: .*\n$", r.stderr)
			}

			r = runSmall(t, most, "check", "--jobs", "1", "bomb.jsonnet", "good.jsonnet")
			assert.Equal(t, exitNoWork, r.code)
			assert.Contains(t, r.stdout, "bomb.jsonnet: unread: unresolved: "+b.reason)
			assert.Contains(t, r.stdout, " 1 object, ")
			assert.Equal(t, "kuniq: not everything could be read: 1 unread\n", r.stderr)
		})
	}
}

// runSmall runs kuniq inside the test. Its workers may have little memory.
func runSmall(t testing.TB, most int64, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, workerMemory: most}
	code := c.Main(context.Background(), args)
	return result{code, stdout.String(), stderr.String()}
}

// TestLongNothingIsHalfEmitted: if printing needs too much memory, kuniq prints nothing.
// Evaluating the program needs less than half of the limit, and printing its result nearly
// twice the limit. Both are far from it, because they vary with the garbage collector.
func TestLongNothingIsHalfEmitted(t *testing.T) {
	assertion.Long(t)
	const object = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } }"
	const large = "local o(name) = " + object + "; [o('a'), o('b') { data: std.foldl(function(a, i) a + a, std.range(1, 18), [[[[[[]]]]]]) }, o('c')]"
	r := runSmall(t, 1<<30, "jsonnet", "-e", large)
	assert.Equal(t, result{exitClean, "1 file, 3 objects, no duplicates\n", ""}, r)
	r = runSmall(t, 1<<30, "jsonnet", "--emit", "yaml", "-e", large)
	assert.Equal(t, exitNoWork, r.code)
	assert.Empty(t, r.stdout)
	assert.Regexp(t, "^kuniq: the result of the programs: .*needed more than 1 GiB of memory\n$", r.stderr)
}
