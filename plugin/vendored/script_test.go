package vendored

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestScriptRefuses: no need becomes a command, an option or a file of the machine.
func TestScriptRefuses(t *testing.T) {
	for _, n := range []Need{
		{Kind: Git, URL: "ext::sh -c touch% pwned"},
		{Kind: Git, URL: "--upload-pack=touch pwned"},
		{Kind: Git, URL: "file:///etc"},
		{Kind: Git, URL: "/etc"},
		{Kind: Git, URL: "../.."},
		{Kind: Git, URL: "ssh://-oProxyCommand=x/y"},
		{Kind: Git, URL: "ssh://-oProxyCommand=x@h/y"},
		{Kind: Git, URL: "-x@h:y"},
		{Kind: Git, URL: "ext::x"},
		{Kind: Git, URL: "https://h/a\nrm -rf /"},
		{Kind: Git, URL: "https://h/a b"},
		{Kind: Git, URL: "fd::17/foo"},
		{Kind: Git, URL: "h:-x"},
		{Kind: Chart, URL: "https://h/c", Name: "-x"},
		{Kind: Chart, URL: "https://h/c", Name: "../x"},
		{Kind: Chart, URL: "file:///c", Name: "x"},
		{Kind: Chart, URL: "https://h/c", Name: "x", Version: "1;x"},
		{Kind: Chart, URL: "https://h/c", Name: "x", Version: "`x`"},
		{Kind: Chart, URL: "@alias", Name: "x"},
		{Kind: Chart, URL: "https://h/c", Name: "x", Version: "sha256:" + strings.Repeat("a", 64)},
		{Kind: Chart, URL: "https://-x/c", Name: "x"},
		{Kind: File, URL: "file:///etc/passwd"},
		{Kind: File, URL: "-o/etc/x"},
		{Kind: File, URL: "ftp://h/x"},
		{Kind: File, URL: "https:///x"},
		{Kind: Artifact, URL: "https://h/x"},
		{Kind: Artifact, URL: "oci://h/x", Version: "1.x", Select: Newest},
		{Kind: Artifact, URL: "oci://h/x", Version: "-x"},
		{},
	} {
		script, refused := Script([]Need{n})
		assert.Len(t, refused, 1, "%+v", n)
		rest := strings.TrimSuffix(strings.TrimPrefix(script, prologue), epilogue)
		assert.True(t, strings.HasPrefix(rest, "# ") && strings.Count(rest, "\n") == 1, rest)
	}
}

// TestScriptQuotes: the commands of a script get the needs as they are.
func TestScriptQuotes(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	bin, dir := t.TempDir(), t.TempDir()
	log := filepath.Join(bin, "log")
	for _, tool := range []string{"helm", "git", "flux", "curl"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, tool), []byte("#!/bin/sh\nfor a in "+tool+" \"$@\"; do printf '[%s]' \"$a\"; done >>'"+log+"'; echo >>'"+log+"'\n"), 0o700))
	}
	hash := strings.Repeat("0123456789", 4)
	script, refused := Script([]Need{
		{Kind: Chart, URL: "https://user:secret@h/$(touch${IFS}pwned)'x", Name: "web", Version: ">=1.2 <2 || ^3"},
		{Kind: Chart, URL: "oci://h/charts/", Name: "web", Version: "1.2.3+b"},
		{Kind: Chart, URL: "oci://h/charts", Name: "web", Version: "sha256:" + strings.Repeat("a", 64)},
		{Kind: Git, URL: "git@h:org/`x`.git", Version: hash},
		{Kind: Git, URL: "git@h:org/`x`.git", Version: "refs/pull/1/head"},
		{Kind: Git, URL: "git@h:org/`x`.git", Version: "$(x)"},
		{Kind: Artifact, URL: "oci://h/x"},
		{Kind: File, URL: "https://h/x?a=b&c='d'#$x"},
	})
	require.Empty(t, refused)
	assert.NotContains(t, script, "secret")
	file := filepath.Join(bin, "script")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
	cmd := exec.CommandContext(t.Context(), "sh", file, dir)
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	text, failed := os.ReadFile(log)
	require.NoError(t, failed)
	assert.Error(t, err, "the tools make nothing: %s", out)
	got := string(text)
	for _, want := range []string{
		"[--version=>=1.2 <2 || ^3][--repo=https://h/$(touch${IFS}pwned)'x][web]\n", "[--version=1.2.3+b][oci://h/charts/web]\n", "[oci://h/charts/web@sha256:aaaa",
		"[git][clone][--quiet][--bare][--][git@h:org/`x`.git]", "[cat-file][-e][" + hash + "^{commit}]\n", "[refs/pull/1/head:refs/pull/1/head]\n",
		"[oci://h/x:latest]", "[--url][https://h/x?a=b&c='d'#$x]\n",
	} {
		assert.Contains(t, got, want)
	}
	assert.NoFileExists(t, filepath.Join(dir, "pwned"))
	assert.Equal(t, 1, strings.Count(script, "\nrepository "), "one repository is fetched once")
}
