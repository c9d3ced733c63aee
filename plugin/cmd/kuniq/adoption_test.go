package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/internal/assertion"
)

// These are the files by which CI systems take kuniq up. The services are not
// here: what they would read is decoded strictly, and what they would run is
// run.

const (
	once  = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
	again = once + "data: {a: b}\n"
)

// repository returns the root of this one.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return root
}

func readStrictly(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository(t), name))
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalStrict(data, into), name)
}

// lay writes files into a new directory.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

// script runs a script as GitHub runs it, and returns the exit code.
func script(t *testing.T, dir, text string, env ...string) (out string, code int) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash")
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	data, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(data), exit.ExitCode()
	}
	require.NoError(t, err)
	return string(data), 0
}

func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID            string   `json:"id"`
		Name          string   `json:"name"`
		Description   string   `json:"description"`
		Language      string   `json:"language"`
		Entry         string   `json:"entry"`
		Args          []string `json:"args"`
		Files         string   `json:"files"`
		PassFilenames bool     `json:"pass_filenames"`
		RequireSerial bool     `json:"require_serial"`
	}
	readStrictly(t, ".pre-commit-hooks.yaml", &hooks)
	require.Len(t, hooks, 2)
	hook := hooks[0]
	assert.Equal(t, "golang", hook.Language)
	system := hooks[1]
	assert.Equal(t, []string{"kuniq-system", "system"}, []string{system.ID, system.Language})
	system.ID, system.Language = hook.ID, hook.Language
	assert.Equal(t, hook, system, "they differ in who builds it")
	assert.False(t, hook.PassFilenames)
	assert.True(t, hook.RequireSerial)
	files := regexp.MustCompile(hook.Files)
	for name, want := range map[string]bool{"a.yaml": true, "a/b.yml": true, "c.json": true, "yaml": false, "a.yaml.md": false} {
		assert.Equal(t, want, files.MatchString(name), name)
	}
	args := append(strings.Fields(strings.TrimPrefix(hook.Entry, "kuniq ")), hook.Args...)
	out := printed(t, lay(t, map[string]string{"a.yaml": once, "b/c.yaml": again}), args...)
	assert.Contains(t, out, "b/c.yaml:4:9: error: ConfigMap web is declared twice")
	out = printed(t, lay(t, map[string]string{"a.yaml": once}), args...)
	assert.Contains(t, out, "no duplicates")
}

// TestLongHookBuilds: pre-commit installs all commands of the module, and the one
// that the hook names must be among them.
func TestLongHookBuilds(t *testing.T) {
	assertion.Long(t)
	bin := t.TempDir()
	cmd := exec.Command("go", "install", "./...")
	cmd.Dir = repository(t)
	cmd.Env = append(os.Environ(), "GOBIN="+bin)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	_, err = exec.LookPath(filepath.Join(bin, "kuniq"))
	require.NoError(t, err)
}

type action struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Inputs      map[string]struct {
		Description string `json:"description"`
		Default     string `json:"default"`
	} `json:"inputs"`
	Outputs map[string]struct {
		Description string `json:"description"`
		Value       string `json:"value"`
	} `json:"outputs"`
	Runs struct {
		Using string       `json:"using"`
		Steps []actionStep `json:"steps"`
	} `json:"runs"`
}

type actionStep struct {
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	If    string            `json:"if"`
	Uses  string            `json:"uses"`
	With  map[string]any    `json:"with"`
	Shell string            `json:"shell"`
	Env   map[string]string `json:"env"`
	Run   string            `json:"run"`
}

// step returns the step of a name.
func (a action) step(t *testing.T, name string) actionStep {
	t.Helper()
	for _, s := range a.Runs.Steps {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("the action has no step %s", name)
	return actionStep{}
}

// TestActionDownloads: the action takes the archive of its own release, and none with
// another checksum. Without one it builds.
func TestActionDownloads(t *testing.T) {
	for _, tool := range []string{"curl", "shasum", "tar"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("needs " + tool)
		}
	}
	var a action
	readStrictly(t, "action.yml", &a)
	step := a.step(t, "Download kuniq")
	releases := t.TempDir()
	out, code := script(t, releases, `mkdir v1.2.3 && cd v1.2.3 && echo kuniq >kuniq &&
		for f in linux_amd64 linux_arm64; do tar -czf kuniq_1.2.3_$f.tar.gz kuniq; done
		shasum -a 256 *.tar.gz >checksums.txt && echo other >kuniq && tar -czf kuniq_1.2.3_linux_arm64.tar.gz kuniq`)
	require.Zero(t, code, out)
	for _, tt := range []struct {
		name, version, arch string
		code                int
		found               bool
	}{
		{"a release", "v1.2.3", "X64", 0, true},
		{"another archive than the checksum is of", "v1.2.3", "ARM64", 1, false},
		{"a release that is not there", "v1.2.4", "X64", 0, false},
		{"no release", "v0.0.0", "X64", 0, false},
		{"another machine", "v1.2.3", "RISCV64", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			own := lay(t, map[string]string{"go.mod": "module github.com/kuniq/kuniq\n\nrequire (\n\tgithub.com/kuniq/kuniq/internal " + tt.version + "\n)\n"})
			temp := t.TempDir()
			out, code := script(t, temp, step.Run, "RUNNER_TEMP="+temp, "GITHUB_ACTION_PATH="+own, "GITHUB_OUTPUT="+filepath.Join(temp, "output"),
				"RUNNER_OS=Linux", "RUNNER_ARCH="+tt.arch, "KUNIQ_RELEASES=file://"+releases)
			assert.Equal(t, tt.code, code, out)
			if !tt.found {
				assert.NoFileExists(t, filepath.Join(temp, "kuniq", "kuniq"))
				assert.NoFileExists(t, filepath.Join(temp, "output"))
				return
			}
			assert.FileExists(t, filepath.Join(temp, "kuniq", "kuniq"))
			output, err := os.ReadFile(filepath.Join(temp, "output"))
			require.NoError(t, err)
			assert.Equal(t, "found=true\n", string(output))
		})
	}
	gomod, err := os.ReadFile(filepath.Join(repository(t), "go.mod"))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^.*github.com/kuniq/kuniq/internal v[^ \n]*$`, string(gomod), "the step reads the version in this line")
}

// TestActionTakesNothingIntoScripts: a script with an expression in it runs
// whatever the expression is.
func TestActionTakesNothingIntoScripts(t *testing.T) {
	var a action
	readStrictly(t, "action.yml", &a)
	assert.Equal(t, "composite", a.Runs.Using)
	for _, s := range a.Runs.Steps {
		assert.NotContains(t, s.Run, "${{", s.Name)
		if s.Uses != "" {
			assert.Regexp(t, `@[0-9a-f]{40}$`, s.Uses)
			continue
		}
		assert.Equal(t, "bash", s.Shell, s.Name)
	}
}

// builtAction builds kuniq as the action does. It returns the action, and the environment
// of its steps.
func builtAction(t *testing.T) (a action, env []string) {
	t.Helper()
	readStrictly(t, "action.yml", &a)
	temp, build := t.TempDir(), a.step(t, "Build kuniq")
	env = []string{"RUNNER_TEMP=" + temp, "GITHUB_ACTION_PATH=" + repository(t)}
	with := slices.Clone(env)
	for k, v := range build.Env {
		with = append(with, k+"="+v)
	}
	out, code := script(t, temp, build.Run, with...)
	require.Zero(t, code, out)
	return a, env
}

// TestLongAction runs the steps of the action with what GitHub sets.
func TestLongAction(t *testing.T) {
	assertion.Long(t)
	a, base := builtAction(t)
	check := a.step(t, "kuniq check")

	hostile := "x$(touch owned)`touch owned`;touch owned\n--stdin-filename=a b' \"c\n"
	clean, twice := map[string]string{"a b.yaml": once}, map[string]string{"a b.yaml": once, "c.yaml": again}
	for _, tt := range []struct {
		name, path, args string
		files            map[string]string
		code             int
		out              string
		outputs          string
	}{
		{"clean", a.Inputs["path"].Default, a.Inputs["args"].Default, clean, 0, "no duplicates", "sarif markdown"},
		{"twice", ".", "", twice, 1, "::error file=c.yaml,line=4,col=9,title=kuniq duplicate-object::", "sarif markdown"},
		{"crlf and blank lines", "a b.yaml\r\n\r\nc.yaml\r\n", "--severity=duplicate-object=warning\n", twice, 0, "::warning", "sarif markdown"},
		{"its own format", ".", "-o\njson\n", twice, 2, "args must not have --output: ", ""},
		{"missing", "nothing", "", clean, 3, "::error file=nothing,", "sarif markdown"},
		{"usage", ".", "--nothing", clean, 2, "unknown flag", ""},
		{"no path", "", "", clean, 2, "name the files", ""},
		{"hostile path", hostile, "", clean, 3, "::error file=", "sarif markdown"},
		{"hostile args", ".", "-n\n" + hostile, clean, 0, "no duplicates", "sarif markdown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, files := lay(t, tt.files), t.TempDir()
			outputs, summary := filepath.Join(files, "outputs"), filepath.Join(files, "summary")
			out, code := script(t, dir, check.Run, append([]string{
				"KUNIQ_PATH=" + tt.path, "KUNIQ_ARGS=" + tt.args, "KUNIQ_POLICY_FROM=", "GITHUB_OUTPUT=" + outputs, "GITHUB_STEP_SUMMARY=" + summary,
			}, base...)...)
			require.Equal(t, tt.code, code, out)
			assert.Contains(t, out, tt.out)
			if tt.outputs != "" {
				assert.Contains(t, out, fmt.Sprintf("kuniq: exit code: %d\n", code))
			}
			assert.NoFileExists(t, filepath.Join(dir, "owned"))
			checkOutputs(t, &a, outputs, tt.outputs)
			if tt.outputs != "" {
				text, err := os.ReadFile(summary)
				require.NoError(t, err)
				assert.True(t, strings.HasPrefix(string(text), "**kuniq**: "), "%s", text)
			}
		})
	}
}

// TestLongActionRefuses: no input makes a green gate of a run that checks nothing, or
// something else than the inputs say. Each would pass with a duplicate in the tree.
func TestLongActionRefuses(t *testing.T) {
	assertion.Long(t)
	a, base := builtAction(t)
	dir := lay(t, map[string]string{"a.yaml": once, "b.yaml": again, "other.yaml": "ignore: [ConfigMap *]\n"})
	for _, tt := range []struct{ path, args, policy, out string }{
		{args: "--help", out: "args must not have --help: it would check nothing"},
		{args: "-h", out: "args must not have --help"},
		{args: "--help=true", out: "args must not have --help"},
		{args: "--timings\n--helm=helm\n-h\r\n", out: "args must not have --help"},
		{args: "-wh", out: "unknown shorthand flag"},
		{args: "-qh", out: "args must not have --help"},
		{args: "-xh", out: "unknown shorthand flag"},
		{args: "-ofoo", out: "args must not have --output"},
		{args: "-o=json", out: "args must not have --output"},
		{args: "--output=x", out: "args must not have --output"},
		{args: "--output\nsarif", out: "args must not have --output"},
		{args: "--out=json", out: "unknown flag: --out"},
		{args: "--policy=other.yaml", out: "args must not have --policy:"},
		{args: "--policy\nother.yaml", out: "args must not have --policy:"},
		{args: "--policy-from=HEAD", out: "args must not have --policy-from:"},
		{args: "--write-baseline=b.json", out: "args must not have --write-baseline:"},
		{args: "--version", out: "unknown flag: --version"},
		{args: "-v", out: "unknown shorthand flag"},
		{args: "--", out: "args must not have --: nothing after it"},
		{args: "--\n--help", out: `args must not have "--help", which is not a flag`},
		{args: "a.yaml", out: `args must not have "a.yaml", which is not a flag`},
		{args: "-n\nshop\na.yaml", out: `args must not have "a.yaml"`},
		{args: " --help", out: `args must not have " --help"`},
		{args: "-", out: `args must not have "-"`},
		{args: "check", out: `args must not have "check"`},
		// A flag without its value would take what comes next, such as the end of
		// the flags.
		{args: "--namespace", path: "--help", out: "flag needs an argument"},
		{args: "-n", path: "--help", out: "flag needs an argument"},
		{args: "--strict=false", policy: "HEAD", out: "args must not have --strict=false"},
		{args: "--strict=0", policy: "HEAD", out: "args must not have --strict=0"},
		{args: "--strict=maybe", policy: "HEAD", out: "args must not have --strict=maybe"},
		{args: "--strict=maybe", out: "exit code: 2"},
		{args: "\x1b[2K\n::stop-commands::x", out: `args must not have "\x1b[2K"`},
		{path: "\n \r\n\n", out: "exit code: 3"},
		{path: "\n\n", out: "name the files"},
	} {
		t.Run(tt.args+tt.path, func(t *testing.T) {
			files := t.TempDir()
			if tt.path == "" {
				tt.path = "."
			}
			out, code := script(t, dir, a.step(t, "kuniq check").Run, append([]string{
				"KUNIQ_PATH=" + tt.path, "KUNIQ_ARGS=" + tt.args, "KUNIQ_POLICY_FROM=" + tt.policy,
				"GITHUB_OUTPUT=" + filepath.Join(files, "outputs"), "GITHUB_STEP_SUMMARY=" + filepath.Join(files, "summary"),
			}, base...)...)
			assert.Contains(t, []int{2, 3}, code, out)
			assert.Contains(t, out, tt.out)
			assert.NotContains(t, out, "\x1b")
			assert.NotContains(t, out, "\n::stop")
			if !strings.Contains(tt.out, "exit code: 3") {
				assert.Equal(t, 2, code, out)
				assert.NoFileExists(t, filepath.Join(files, "outputs"))
			}
		})
	}
	for _, args := range []string{"--strict=false", "-n\nshop", "-n\n--help", "-nh", "--namespace=--help", "--set\n-o"} { // the values of flags
		out, code := script(t, dir, a.step(t, "kuniq check").Run, append([]string{
			"KUNIQ_PATH=.", "KUNIQ_ARGS=" + args, "KUNIQ_POLICY_FROM=", "GITHUB_OUTPUT=" + filepath.Join(t.TempDir(), "o"), "GITHUB_STEP_SUMMARY=" + filepath.Join(t.TempDir(), "s"),
		}, base...)...)
		assert.Equal(t, 1, code, "%s: %s", args, out)
	}
}

// TestActionWantsItsReports: a run that is to be clean and leaves no report is one that
// went wrong, and a report of an earlier run is none of this one.
func TestActionWantsItsReports(t *testing.T) {
	var a action
	readStrictly(t, "action.yml", &a)
	for _, tt := range []struct {
		run, outputs string
		code         int
	}{
		{"echo s >\"$sarif\"; echo m >\"$markdown\"; exit 0", "sarif markdown", 0},
		{"echo s >\"$sarif\"; echo m >\"$markdown\"; exit 1", "sarif markdown", 1},
		{"echo s >\"$sarif\"; echo m >\"$markdown\"; exit 2", "", 2},
		{"echo s >\"$sarif\"; echo m >\"$markdown\"; exit 3", "sarif markdown", 3},
		{"exit 0", "", 3},
		{"echo s >\"$sarif\"; exit 0", "sarif", 3},
		{"echo m >\"$markdown\"; exit 1", "markdown", 3},
		{"exit 2", "", 2},
		{"exit 3", "markdown", 3},
		{"exit 137", "markdown", 137},
	} {
		t.Run(tt.run, func(t *testing.T) {
			temp := t.TempDir()
			dir := filepath.Join(temp, "kuniq")
			program := "#!/bin/sh\ncase $1 in action) exit 0;; esac\nsarif='" + dir + "/report.sarif' markdown='" + dir + "/report.markdown'\n" + tt.run + "\n"
			require.NoError(t, os.Mkdir(dir, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "kuniq"), []byte(program), 0o755))
			for _, name := range []string{"sarif", "markdown"} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "report."+name), []byte("of an earlier run\n"), 0o644))
			}
			outputs, summary := filepath.Join(temp, "o"), filepath.Join(temp, "s")
			out, code := script(t, temp, a.step(t, "kuniq check").Run, "RUNNER_TEMP="+temp, "KUNIQ_PATH=.", "KUNIQ_ARGS=", "KUNIQ_POLICY_FROM=",
				"GITHUB_OUTPUT="+outputs, "GITHUB_STEP_SUMMARY="+summary)
			assert.Equal(t, tt.code, code, out)
			text, _ := os.ReadFile(outputs) // there may be none
			got := regexp.MustCompile(`(?m)=.*$`).ReplaceAllString(string(text), "")
			assert.Equal(t, tt.outputs, strings.Join(strings.Fields(got), " "), out)
			text, _ = os.ReadFile(summary)
			assert.NotContains(t, string(text), "earlier")
			assert.Equal(t, strings.Contains(tt.outputs, "markdown"), len(text) > 0, "%s", text)
		})
	}
}

// TestLongActionTakesThePolicyOfTheBase: the checkout is one commit deep, and a
// pull request loosens its gate in vain.
func TestLongActionTakesThePolicyOfTheBase(t *testing.T) {
	assertion.Long(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	var a action
	readStrictly(t, "action.yml", &a)
	assert.Equal(t, "${{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}", a.Inputs["policy-from"].Default)
	temp := t.TempDir()
	base := []string{"RUNNER_TEMP=" + temp, "GITHUB_ACTION_PATH=" + repository(t)}
	out, code := script(t, temp, a.step(t, "Build kuniq").Run, base...)
	require.Zero(t, code, out)

	origin := lay(t, map[string]string{"a.yaml": once, "b.yaml": again})
	git := "git -c user.name=a -c user.email=a@example.com -c init.defaultBranch=main "
	out, code = script(t, origin, git+"init -q && git add . && "+git+"commit -qm base && git rev-parse HEAD")
	require.Zero(t, code, out)
	sha := strings.TrimSpace(out)
	// Two ways to loosen a gate: the policy, and what looks like the examples of a
	// Go program, which only a strict gate counts.
	out, code = script(t, origin, "echo 'ignore: [ConfigMap *]' >kuniq.yaml && git add . && "+git+"commit -qm loosen")
	require.Zero(t, code, out)
	out, code = script(t, origin, "mkdir -p examples && git mv b.yaml examples/ && printf 'module x\n' >go.mod && printf 'package main\n\nfunc main() {}\n' >main.go && git add . && "+git+"commit -qm apart")
	require.Zero(t, code, out)
	clone := filepath.Join(t.TempDir(), "clone")
	out, code = script(t, origin, "git config uploadpack.allowAnySHA1InWant true && git clone -q --depth=1 'file://'\"$PWD\" "+clone)
	require.Zero(t, code, out)

	env := append([]string{
		"KUNIQ_PATH=.", "KUNIQ_ARGS=", "GITHUB_OUTPUT=" + filepath.Join(temp, "o"), "GITHUB_STEP_SUMMARY=" + filepath.Join(temp, "s"),
	}, base...)
	out, code = script(t, clone, a.step(t, "kuniq check").Run, append(env, "KUNIQ_POLICY_FROM=")...)
	require.Zero(t, code, out)
	out, code = script(t, clone, a.step(t, "kuniq check").Run, append(env, "KUNIQ_POLICY_FROM="+sha)...)
	require.Equal(t, 1, code, out)
	assert.Contains(t, out, "ConfigMap web is declared twice")
	out, code = script(t, clone, "rm kuniq.yaml && "+filepath.Join(temp, "kuniq", "kuniq")+" check --policy-from="+sha+" .; git checkout -q .")
	require.Zero(t, code, out)
	assert.Contains(t, out, "1 finding is not counted", "the gate would be loosened if it were not strict")
	out, code = script(t, clone, a.step(t, "kuniq check").Run, append(env, "KUNIQ_POLICY_FROM="+strings.Repeat("0", 40))...)
	require.Equal(t, 3, code, out)
	comment, err := os.ReadFile(filepath.Join(temp, "kuniq", "report.markdown"))
	require.NoError(t, err)
	assert.Equal(t, "**kuniq**: it could not do its work (exit code 3); the log of the job says why.\n", string(comment))
	outputs, err := os.ReadFile(filepath.Join(temp, "o"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(outputs)), "\n")
	assert.True(t, strings.HasPrefix(lines[len(lines)-1], "markdown="))
	assert.True(t, strings.HasPrefix(lines[len(lines)-2], "markdown="), "an empty SARIF is none")
}

// workflow is the workflow of examples/argocd.
type workflow struct {
	Name        string            `json:"name"`
	On          []string          `json:"true"` // which is how YAML 1.1 reads it
	Permissions map[string]string `json:"permissions"`
	Jobs        map[string]struct {
		RunsOn string         `json:"runs-on"`
		Steps  []workflowStep `json:"steps"`
	} `json:"jobs"`
}

type workflowStep struct {
	actionStep
}

// TestLongWorkflow runs the step of the workflow that says what would be deleted: the
// comment is never empty, and a failure is one of the job.
func TestLongWorkflow(t *testing.T) {
	assertion.Long(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git")
	}
	var w workflow
	readStrictly(t, "examples/argocd/workflow.yaml", &w)
	var impact, comment string
	for _, s := range w.Jobs["impact"].Steps {
		assert.NotContains(t, s.Run, "${{", s.Name)
		switch s.Name {
		case "Impact":
			impact = s.Run
		case "Comment":
			comment = s.Run
		}
	}
	assert.Contains(t, comment, `--body-file "$RUNNER_TEMP/comment.md"`)
	bin := t.TempDir()
	out, code := script(t, repository(t), "go build -o "+bin+"/ ./plugin/cmd/kuniq")
	require.Zero(t, code, out)
	dir := t.TempDir()
	git := "git -c user.name=a -c user.email=a@example.com -c init.defaultBranch=main "
	commit := git + "add -A && " + git + "commit -qm x"
	out, code = script(t, dir, "cp -r "+repository(t)+"/examples/argocd/base/env . && "+git+"init -q && "+commit+
		"; echo >>env/argocd/apps.yml; "+commit+
		"; rm -r env && cp -r "+repository(t)+"/examples/argocd/head/env . && echo 'severity: [would-prune=off, max-prune=off, application-collision=off]' >kuniq.yaml && "+commit+
		"; printf 'kind: \"' >>env/argocd/apps.yml; ln -s owned impact.md; ln -s owned comment.md; "+commit)
	require.Zero(t, code, out)
	for _, tt := range []struct {
		name, base, head string
		code             int
		want             string
	}{
		{"fine", "HEAD~3", "HEAD~2", 0, "**no object would be deleted**"},
		{"deletes, and switches its gate off", "HEAD~2", "HEAD~1", 1, "4 objects of Application"},
		{"cannot be read", "HEAD~1", "HEAD", 3, "**What merging this would delete is not known**"},
		{"no such base", "nowhere", "HEAD", 3, "there is no revision \"nowhere\" here"},
		{"no base", "", "HEAD", 2, "--base is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			temp := t.TempDir()
			clone := filepath.Join(temp, "clone")
			out, code := script(t, dir, "git worktree add -q --detach "+clone+" "+tt.head)
			require.Zero(t, code, out)
			base := tt.base
			if strings.HasPrefix(base, "HEAD") {
				base, code = script(t, dir, "git rev-parse "+base)
				require.Zero(t, code, base)
			}
			out, code = script(t, clone, impact, "PATH="+bin+":"+os.Getenv("PATH"), "RUNNER_TEMP="+temp,
				"GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary"), "BASE="+strings.TrimSpace(base))
			assert.Equal(t, tt.code, code, out)
			text, err := os.ReadFile(filepath.Join(temp, "comment.md"))
			require.NoError(t, err)
			assert.Contains(t, string(text), tt.want)
			assert.NoFileExists(t, filepath.Join(clone, "owned"))
			if code > 1 {
				assert.True(t, strings.HasPrefix(string(text), "<!-- kuniq impact argocd -->\n**What merging this would delete is not known**"))
			}
		})
	}
}

// TestWorkflowUpdatesItsComment runs the step of the workflow that comments, with a gh that
// finds a comment or none.
func TestWorkflowUpdatesItsComment(t *testing.T) {
	var w workflow
	readStrictly(t, "examples/argocd/workflow.yaml", &w)
	comment := ""
	for _, s := range w.Jobs["impact"].Steps {
		if s.Name == "Comment" {
			comment = s.Run
		}
	}
	for id, want := range map[string]string{
		"":   "pr comment 3 --body-file /t/comment.md",
		"41": "api --silent -X PATCH repos/o/r/issues/comments/41 -F body=@/t/comment.md",
	} {
		bin := t.TempDir()
		gh := "#!/bin/sh\ncase \"$*\" in *--paginate*) printf '%s' '" + id + "' ;; *) echo \"$*\" ;; esac\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, "gh"), []byte(gh), 0o755))
		out, code := script(t, bin, comment, "PATH="+bin+":"+os.Getenv("PATH"), "RUNNER_TEMP=/t", "NUMBER=3", "GITHUB_REPOSITORY=o/r")
		assert.Zero(t, code, out)
		assert.Equal(t, want, strings.TrimSpace(out))
	}
}

// checkOutputs looks at what a step gave to later ones.
func checkOutputs(t *testing.T, a *action, file, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if want == "" {
		require.ErrorIs(t, err, os.ErrNotExist)
		return
	}
	require.NoError(t, err)
	var names []string
	for line := range strings.Lines(string(text)) {
		name, path, ok := strings.Cut(strings.TrimSpace(line), "=")
		require.True(t, ok)
		names = append(names, name)
		assert.FileExists(t, path)
		assert.Equal(t, "${{ steps.check.outputs."+name+" }}", a.Outputs[name].Value)
		if name == "sarif" {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, json.Valid(data))
		}
	}
	assert.Equal(t, want, strings.Join(names, " "))
}

type matcher struct {
	Owner    string `json:"owner"`
	Severity string `json:"severity,omitempty"`
	Pattern  []struct {
		Regexp   string `json:"regexp"`
		File     int    `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Severity int    `json:"severity"`
		Message  int    `json:"message"`
		Code     int    `json:"code"`
	} `json:"pattern"`
}

func TestProblemMatcher(t *testing.T) {
	var file struct {
		Matchers []matcher `json:"problemMatcher"`
	}
	readStrictly(t, ".github/kuniq-matcher.json", &file)
	require.Len(t, file.Matchers, 2)
	dir := lay(t, map[string]string{
		"a b.yaml": once, "c:1.yaml": again, "broken.yaml": once + "\"",
		"role.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\n  namespace: shop\n",
	})
	want := []string{
		"c:1.yaml|4|9|error|duplicate-object", "role.yaml|4|9|warning|namespace-ignored", "broken.yaml|5||error|", "missing1|||error|",
	}
	for _, format := range []string{"text", "oneline"} {
		out := printed(t, dir, "check", "-o", format, ".", "missing1")
		assert.Equal(t, want, matches(file.Matchers, out), "%s\n%s", format, out)
	}
}

// matches returns what the matchers see in an output.
func matches(matchers []matcher, out string) []string {
	var all []string
	for line := range strings.Lines(out) {
		for _, m := range matchers {
			p := m.Pattern[0]
			g := regexp.MustCompile(p.Regexp).FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if g == nil {
				continue
			}
			group := func(i int) string {
				if i == 0 {
					return ""
				}
				return g[i]
			}
			severity := m.Severity + group(p.Severity)
			all = append(all, strings.Join([]string{group(p.File), group(p.Line), group(p.Column), severity, group(p.Code)}, "|"))
			break
		}
	}
	return all
}

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```\n")

// TestCIPage: the snippets are YAML, and the script for GitLab does what it
// says.
func TestCIPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(repository(t), "docs/ci.md"))
	require.NoError(t, err)
	blocks := yamlBlock.FindAllStringSubmatch(string(page), -1)
	require.Len(t, blocks, 5)
	for _, b := range blocks {
		var v any
		require.NoError(t, yaml.UnmarshalStrict([]byte(b[1]), &v), b[1])
	}
	var gitlab map[string]struct {
		Variables map[string]string `json:"variables"`
		Script    []string          `json:"script"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(blocks[3][1]), &gitlab))
	job := gitlab["kuniq"]
	require.Len(t, job.Script, 4)
	if testing.Short() {
		t.Skip("builds the command")
	}
	clone := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(clone, "bin")+"/", "./plugin/cmd/kuniq")
	build.Dir = repository(t)
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	gate := strings.ReplaceAll(strings.Join(job.Script[3:], "\n"), "/tmp/kuniq", clone) // without the clone and the build
	for i, tt := range []struct {
		files map[string]string
		code  int
		xml   string
	}{
		{map[string]string{"deploy/a.yaml": once}, 0, "<testcase"},
		{map[string]string{"deploy/a.yaml": once, "deploy/b.yaml": again}, 1, "<failure"},
		{nil, 3, "<error"},
	} {
		dir := lay(t, tt.files)
		out, code := script(t, dir, gate, "KUNIQ_PATH="+job.Variables["KUNIQ_PATH"])
		assert.Equal(t, tt.code, code, "%d: %s", i, out)
		data, err := os.ReadFile(filepath.Join(dir, "kuniq.xml"))
		require.NoError(t, err)
		assert.Contains(t, string(data), tt.xml, strconv.Itoa(i))
	}
}
