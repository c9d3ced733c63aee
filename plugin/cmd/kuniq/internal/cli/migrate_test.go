package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var fenced = regexp.MustCompile("(?ms)^```(console|diff)\n(.*?)^```\n")

// TestMigrationDocument goes through docs/migration.md in a copy of
// examples/migrate/before: it applies the diffs, runs the commands, and
// compares what they print. With UPDATE_SCRIPTS=1 in the environment the
// outputs are written into the document instead.
func TestMigrationDocument(t *testing.T) {
	root, err := filepath.Abs("../../../../..")
	require.NoError(t, err)
	name := filepath.Join(root, "docs", "migration.md")
	document, err := os.ReadFile(name)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", "migrate", "before"))))
	for _, kv := range []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "COLUMNS=120",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	} {
		key, value, _ := strings.Cut(kv, "=")
		t.Setenv(key, value)
	}
	t.Chdir(dir)
	for _, line := range []string{"git init -q", "git add --all", "git commit -q -m before"} {
		shell(t, line, "")
	}
	after := fenced.ReplaceAllStringFunc(string(document), func(block string) string {
		m := fenced.FindStringSubmatch(block)
		if m[1] == "diff" {
			shell(t, "git apply -", m[2])
			return block
		}
		command, _, _ := strings.Cut(m[2], "\n")
		line := strings.TrimPrefix(command, "$ ")
		output := ""
		if args, ok := strings.CutPrefix(line, "kuniq "); ok {
			got := run(t, "", strings.Fields(args)...)
			require.Zero(t, got.code, got.stderr)
			output = got.stdout + got.stderr
		} else {
			output = shell(t, line, "")
		}
		return "```console\n" + command + "\n" + output + "```\n"
	})
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		require.NoError(t, os.WriteFile(name, []byte(after), 0o644))
		return
	}
	require.Equal(t, string(document), after, "the document shows another output than the command (UPDATE_SCRIPTS=1)")
}

func shell(t *testing.T, line, stdin string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s", line, stderr.String())
	return string(out)
}
