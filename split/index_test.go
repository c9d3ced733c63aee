package split

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestIndex(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := t.TempDir()
		put(t, dir, files{"same.yaml": "same\n"})
		write(t, dir, files{"b.yaml": "b\n", "same.yaml": "same\n", "x/a.yaml": "a\n"}, o)
		require.Equal(t, `# kuniq index 1: the files that kuniq split wrote here. Do not edit it.
0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f  b.yaml
87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7  x/a.yaml
`, readAll(t, dir)[indexName])
	})
}

// TestIndexIsStrict damages an index in all the ways that a merge, an editor
// or an attacker could.
func TestIndexIsStrict(t *testing.T) {
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte("a\n")))
	for name, c := range map[string]struct{ text, want string }{
		"empty":       {"", "line 1: not the header of a kuniq index that this version can read"},
		"header":      {"# kuniq index 2: x\n", "line 1: not the header of a kuniq index that this version can read"},
		"cut off":     {indexHeader + sum + "  a.yaml", "line 2: cut off"},
		"short sum":   {indexHeader + sum[1:] + "  a.yaml\n", "line 2: not a SHA-256, two spaces and a path"},
		"upper case":  {indexHeader + strings.ToUpper(sum) + "  a.yaml\n", "line 2: not a SHA-256, two spaces and a path"},
		"no sum":      {indexHeader + "-  a.yaml\n", "line 2: not a SHA-256, two spaces and a path"},
		"one blank":   {indexHeader + sum + " a.yaml\n", "line 2: not a SHA-256, two spaces and a path"},
		"blank line":  {indexHeader + "\n", "line 2: not a SHA-256, two spaces and a path"},
		"conflict":    {indexHeader + "<<<<<<< HEAD\n", "line 2: not a SHA-256, two spaces and a path"},
		"order":       {indexHeader + sum + "  b.yaml\n" + sum + "  a.yaml\n", "line 3: out of order"},
		"twice":       {indexHeader + sum + "  a.yaml\n" + sum + "  a.yaml\n", "line 3: out of order"},
		"outside":     {indexHeader + sum + "  ../a.yaml\n", "line 2: it is not a path inside of the directory"},
		"absolute":    {indexHeader + sum + "  /a.yaml\n", "line 2: it is not a path inside of the directory"},
		"dot":         {indexHeader + sum + "  ./a.yaml\n", "line 2: it is not a path inside of the directory"},
		"root":        {indexHeader + sum + "  .\n", "line 2: it is not a path inside of the directory"},
		"no name":     {indexHeader + sum + "  \n", "line 2: it is not a path inside of the directory"},
		"backslash":   {indexHeader + sum + "  ..\\a.yaml\n", "line 2: it is not a path inside of the directory"},
		"own":         {indexHeader + sum + "  x/.Kuniq-index/a.yaml\n", "line 2: it has a name that kuniq reserves"},
		"git":         {indexHeader + sum + "  x/.GIT./a.yaml\n", "line 2: it is inside of a git directory"},
		"short git":   {indexHeader + sum + "  GIT~1/a.yaml\n", "line 2: it is inside of a git directory"},
		"control":     {indexHeader + sum + "  a\x1b.yaml\n", "line 2: it has a character in its name that cannot be printed"},
		"CRLF":        {indexHeader + sum + "  a.yaml\r\n", "line 2: it has a character in its name that cannot be printed"},
		"checkout":    {strings.ReplaceAll(indexHeader+sum+"  a.yaml\n", "\n", "\r\n"), "git has changed its line ends to CRLF, and those of the files: write \"* -text\" to .gitattributes and check out again"},
		"long":        {indexHeader + sum + "  " + strings.Repeat("a", 256) + "\n", "line 2: it has a name that is too long for a file system"},
		"second line": {indexHeader + sum + "  a.yaml\nx\n", "line 3: not a SHA-256, two spaces and a path"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, files{"a.yaml": "a\n", indexName: c.text})
			before := stampsOf(t, dir)
			root := openRoot(t, dir)
			_, err := planned(files{"b.yaml": "b\n"}).Write(context.Background(), root, WriteOptions{Prune: true})
			require.EqualError(t, err, filepath.ToSlash(dir)+"/"+indexName+": "+c.want)
			_, _, err = planned(files{"b.yaml": "b\n"}).Preview(root, WriteOptions{Prune: true})
			require.EqualError(t, err, filepath.ToSlash(dir)+"/"+indexName+": "+c.want)
			require.Equal(t, before, stampsOf(t, dir))
		})
	}
}

// FuzzParseIndex: an index that is accepted is written exactly so.
func FuzzParseIndex(f *testing.F) {
	f.Add(indexHeader)
	f.Add(indexHeader + entry("a.yaml", "1\n") + entry("b/c.yaml", "2\n"))
	f.Fuzz(func(t *testing.T, text string) {
		if index, err := parseIndex(text); err == nil {
			require.Equal(t, text, string(formatIndex(index, nil)))
		}
	})
}
