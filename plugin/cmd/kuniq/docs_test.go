package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/cli"
)

var update = flag.Bool("update", false, "write the real outputs into the documents")

// TestMain makes this test binary what kuniq renders with: it runs itself.
func TestMain(m *testing.M) {
	if os.Args[0] == "kuniq" {
		os.Exit(cli.Run())
	}
	os.Exit(m.Run())
}

// documents are the pages whose console blocks are run. A block begins with
// one command line, "$ kuniq ..." or "$ go run ./plugin/cmd/kuniq ...", and
// the rest of it is what the command prints. Blocks run in the root of the
// repository, or, once their section has given files in blocks that begin
// with "# FILE", in a directory with those files.
var documents = []string{
	"README.md", "docs/argocd.md", "docs/rules.md", "docs/identity.md", "docs/baseline.md", "docs/adopt.md", "docs/render.md", "docs/vendor.md",
	"examples/argocd/README.md", "examples/incident/README.md", "examples/restore/README.md", "examples/split/README.md",
}

func TestDocuments(t *testing.T) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(root, name)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			after := rerun(t, root, string(before))
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(after), 0o644))
				return
			}
			require.Equal(t, string(before), after, "the document shows another output than the command (go test ./plugin/cmd/kuniq -run TestDocuments -update)")
		})
	}
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```\n")

// rerun returns the document with the outputs that its commands have now.
func rerun(t *testing.T, root, document string) string {
	ran, section, dir, done := 0, -1, root, 0
	var out strings.Builder
	for _, m := range fence.FindAllStringSubmatchIndex(document, -1) {
		if heading := strings.LastIndex(document[:m[0]], "\n## "); heading != section {
			section, dir = heading, root
		}
		language, body := document[m[2]:m[3]], document[m[4]:m[5]]
		first, rest, _ := strings.Cut(body, "\n")
		file, named := strings.CutPrefix(first, "# ")
		switch {
		case language == "yaml" && named && strings.HasSuffix(file, ".yaml"):
			if dir == root {
				dir = t.TempDir()
			}
			full := filepath.Join(dir, file)
			require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
			require.NoError(t, os.WriteFile(full, []byte(rest), 0o644))
		case language == "console":
			output, ok := run(t, dir, first)
			if !ok {
				continue
			}
			ran++
			out.WriteString(document[done:m[4]] + first + "\n" + output)
			done = m[5]
		}
	}
	require.NotZero(t, ran, "the document shows no output")
	return out.String() + document[done:]
}

// run runs one command line of a document, if it is one of kuniq.
func run(t *testing.T, dir, line string) (string, bool) {
	args := strings.Fields(strings.TrimPrefix(line, "$ "))
	switch {
	case len(args) > 3 && strings.Join(args[:3], " ") == "go run ./plugin/cmd/kuniq":
		args = args[3:]
	case len(args) > 1 && args[0] == "kuniq":
		args = args[1:]
	default:
		return "", false
	}
	for i := range args {
		args[i] = strings.Trim(args[i], "'")
	}
	t.Chdir(dir)
	var both bytes.Buffer
	cli.Command{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both}.Main(context.Background(), args)
	return both.String(), true
}

// TestSplitExample splits the example again and compares every byte.
func TestSplitExample(t *testing.T) {
	example, err := filepath.Abs("../../../examples/split")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "out")
	t.Chdir(example)
	var both bytes.Buffer
	c := cli.Command{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both}
	require.Zero(t, c.Main(context.Background(), []string{"split", "-d", out, "rendered.yaml"}), both.String())
	require.Equal(t, filesIn(t, "expected"), filesIn(t, out))
}

func filesIn(t *testing.T, dir string) map[string]string {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		files[e.Name()] = string(data)
	}
	return files
}
