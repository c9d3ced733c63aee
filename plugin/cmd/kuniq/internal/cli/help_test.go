package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// commands are the commands that people see, with those below them.
func commands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			all = append(all, commands(sub)...)
		}
	}
	return all
}

// newRoot is a new kuniq, with none of its flags set.
func newRoot() *cobra.Command {
	root := Command{manners: &manners{}}.root()
	root.InitDefaultHelpCmd()
	return root
}

// ownRun is a run of kuniq in an example, up to the end of the command.
var ownRun = regexp.MustCompile(`(?:^|[^'\w-])kuniq( [a-z][^|&>#\n]*)`)

// TestExamplesAreReal: each command has examples, one of them of itself, and each runs a
// command with flags that are there.
func TestExamplesAreReal(t *testing.T) {
	for _, cmd := range commands(newRoot()) {
		if cmd.Name() == "kuniq" || cmd.Name() == "fn" { // kustomize and kpt run fn
			continue
		}
		runs := ownRun.FindAllStringSubmatch(regexp.MustCompile(`(?m)^ *#.*$`).ReplaceAllString(cmd.Example, ""), -1)
		assert.NotEmpty(t, runs, cmd.CommandPath())
		own := false
		for _, run := range runs {
			args, err := shellWords(strings.NewReplacer(`"`, "'", "\\\n", " ").Replace(run[1]))
			require.NoError(t, err, run[0])
			named, rest, err := newRoot().Find(args)
			require.NoError(t, err, run[0])
			assert.NoError(t, named.ParseFlags(rest), run[0])
			own = own || strings.HasPrefix(named.CommandPath(), cmd.CommandPath())
		}
		assert.True(t, own, "%s: an example of the command", cmd.CommandPath())
	}
}

// TestManPages: each command has a page with the parts of its help, and no line of it is
// a request of roff that a text makes.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	require.Zero(t, run(t, "", "man", dir).code)
	pages, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, pages, len(commands(newRoot())))
	page, err := os.ReadFile(filepath.Join(dir, "kuniq-argocd-impact.1"))
	require.NoError(t, err)
	for _, want := range []string{".TH KUNIQ-ARGOCD-IMPACT 1 ", "\nkuniq-argocd-impact \\- ", "\n.SH USAGE\n", "\n.SH EXAMPLES\n", "\n.SH EXIT CODES\n", "\n.SH FLAGS\n", `\-\-max\-prune`} {
		assert.Contains(t, string(page), want)
	}
	for _, p := range pages {
		page, err := os.ReadFile(filepath.Join(dir, p.Name()))
		require.NoError(t, err)
		assert.NotRegexp(t, `(?m)^'|^\.[^TSnf]`, string(page), p.Name())
	}
	assert.Equal(t, exitNoWork, run(t, "", "man", filepath.Join(dir, "none")).code)
	assert.Equal(t, exitUsage, run(t, "", "man").code)
}
