package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/internal/assertion"
)

// flow is a workflow that others call, or the example that calls it.
type flow struct {
	Permissions map[string]string `json:"permissions"`
	Jobs        map[string]struct {
		If          string            `json:"if"`
		Uses        string            `json:"uses"`
		Permissions map[string]string `json:"permissions"`
		Steps       []actionStep      `json:"steps"`
	} `json:"jobs"`
}

func readFlow(t *testing.T, name string) (f flow) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository(t), name))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, &f))
	return f
}

// TestWorkflowsMayLittle: the job that reads files of a pull request may write nothing,
// the one that comments reads none, and nothing is taken at a tag that may move.
func TestWorkflowsMayLittle(t *testing.T) {
	may := map[string]map[string]string{"check": {"contents": "read"}, "comment": {"pull-requests": "write"}}
	for _, name := range []string{".github/workflows/check.yml", ".github/workflows/comment.yml", "examples/github/workflow.yaml"} {
		f := readFlow(t, name)
		assert.NotNil(t, f.Permissions, name)
		assert.Empty(t, f.Permissions, name)
		for id, job := range f.Jobs {
			assert.Equal(t, may[id], job.Permissions, "%s: %s", name, id)
			if job.Uses != "" {
				called := strings.TrimPrefix(strings.TrimSuffix(job.Uses, "@COMMIT"), "KUNIQ_OWNER/kuniq/")
				assert.Contains(t, readFlow(t, called).Jobs, id)
			}
			for _, s := range job.Steps {
				assert.NotContains(t, s.Run, "${{", name)
				if s.Uses != "" && s.Uses != "./.kuniq-action" {
					assert.Regexp(t, `@[0-9a-f]{40}$`, s.Uses, name)
				}
				if strings.HasPrefix(s.Uses, "actions/checkout@") {
					assert.Equal(t, "check", id, "%s: only this job may read files", name)
					assert.Equal(t, false, s.With["persist-credentials"], name)
				}
			}
		}
	}
}

// lookup finds the value of a path such as github.event.number, or "".
func lookup(context map[string]any, path string) string {
	var at any = context
	for key := range strings.SplitSeq(strings.TrimSpace(path), ".") {
		fields, _ := at.(map[string]any)
		at = fields[key]
	}
	text, _ := at.(string)
	return text
}

// TestLongActionEvents runs the action on the commit that each event checks out, one
// commit deep. The change declares an object twice and hides that in kuniq.yaml: only what
// is merged already may do so.
func TestLongActionEvents(t *testing.T) {
	assertion.Long(t)
	a, base := builtAction(t)
	origin := lay(t, map[string]string{"a.yaml": once})
	git := "git -c user.name=a -c user.email=a@example.com -c init.defaultBranch=main "
	out, code := script(t, origin, git+"init -q && git config uploadpack.allowAnySHA1InWant true && git add . && "+git+"commit -qm base && git rev-parse HEAD")
	require.Zero(t, code, out)
	sha := strings.TrimSpace(out)
	require.NoError(t, os.WriteFile(filepath.Join(origin, "b.yaml"), []byte(again), 0o600))
	out, code = script(t, origin, "echo 'ignore: [ConfigMap *]' >kuniq.yaml && git add . && "+git+"commit -qm change")
	require.Zero(t, code, out)

	comments := readFlow(t, ".github/workflows/comment.yml").Jobs["comment"].If
	condition := regexp.MustCompile(`^\$\{\{ !cancelled\(\) && (\S+) == (\S+) \}\}$`).FindStringSubmatch(comments)
	require.NotNil(t, condition, comments)
	policyFrom := strings.Trim(a.Inputs["policy-from"].Default, "${} ")
	for _, tt := range []struct {
		name, event string
		code        int
		comments    bool
	}{
		{"pull_request from a fork", `{"number": 3, "pull_request": {"base": {"sha": "BASE"}, "head": {"repo": {"full_name": "stranger/shop"}}}}`, 1, false},
		{"pull_request", `{"number": 3, "pull_request": {"base": {"sha": "BASE"}, "head": {"repo": {"full_name": "o/shop"}}}}`, 1, true},
		{"merge_group", `{"action": "checks_requested", "merge_group": {"base_sha": "BASE", "base_ref": "refs/heads/main"}}`, 1, false},
		{"push", `{"before": "BASE", "ref": "refs/heads/main"}`, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			clone, path := filepath.Join(dir, "clone"), filepath.Join(dir, "event.json")
			require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(tt.event, "BASE", sha)), 0o600))
			context := map[string]any{"github": map[string]any{"event": readEvent(t, path), "repository": "o/shop"}}
			assert.Equal(t, tt.comments, lookup(context, condition[1]) == lookup(context, condition[2]))
			from := ""
			for alternative := range strings.SplitSeq(policyFrom, "||") {
				if from == "" {
					from = lookup(context, alternative)
				}
			}
			out, code := script(t, origin, `git clone -q --depth=1 "file://$PWD" `+clone)
			require.Zero(t, code, out)
			outputs, summary := filepath.Join(dir, "outputs"), filepath.Join(dir, "summary")
			name, _, _ := strings.Cut(tt.name, " ")
			out, code = script(t, clone, a.step(t, "kuniq check").Run, append([]string{
				"KUNIQ_PATH=.", "KUNIQ_ARGS=", "KUNIQ_POLICY_FROM=" + from, "GITHUB_EVENT_NAME=" + name, "GITHUB_EVENT_PATH=" + path,
				"GITHUB_REPOSITORY=o/shop", "GITHUB_OUTPUT=" + outputs, "GITHUB_STEP_SUMMARY=" + summary,
			}, base...)...)
			assert.Equal(t, tt.code, code, out)
			assert.Equal(t, tt.code == 1, strings.Contains(out, "::error file=b.yaml,line=4"), out)
			checkOutputs(t, &a, outputs, "sarif markdown")
			text, err := os.ReadFile(summary)
			require.NoError(t, err)
			assert.Equal(t, tt.code == 1, strings.Contains(string(text), "1 error"), "%s", text)
		})
	}
}

func readEvent(t *testing.T, path string) (event map[string]any) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &event))
	return event
}

// TestCommentIsKept runs the step of comment.yml with a gh that has some comments: its own
// one is replaced, and none of another author, and a check that passes needs none.
func TestCommentIsKept(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("needs jq")
	}
	step := action{}
	step.Runs.Steps = readFlow(t, ".github/workflows/comment.yml").Jobs["comment"].Steps
	const own = `{"id": 41, "user": {"login": "github-actions[bot]"}, "body": "<!-- kuniq check kuniq -->\nold"}`
	const gh = `#!/bin/sh
if [ "$2" = --paginate ]; then exec jq -r "$5" comments.json; fi
echo "$*"
`
	for _, tt := range []struct{ name, comments, passed, want string }{
		{"none", `[]`, "false", "pr comment 3 --body-file comment.md"},
		{"none is needed", `[]`, "true", ""},
		{"its own", `[` + own + `]`, "false", "api --silent -X PATCH repos/o/shop/issues/comments/41 -F body=@comment.md"},
		{"its own, now passed", `[` + own + `]`, "true", "api --silent -X PATCH repos/o/shop/issues/comments/41 -F body=@comment.md"},
		{"of a user who writes the mark", `[{"id": 7, "user": {"login": "x"}, "body": "<!-- kuniq check kuniq -->"}]`, "true", ""},
		{"of another call", `[{"id": 7, "user": {"login": "github-actions[bot]"}, "body": "<!-- kuniq check other -->"}]`, "true", ""},
		{"quoted by another workflow", `[{"id": 7, "user": {"login": "github-actions[bot]"}, "body": "> <!-- kuniq check kuniq -->"}]`, "true", ""},
		{"the last of several", `[{"id": 7, "user": {"login": "github-actions[bot]"}, "body": "hello"}, ` + own + `, {"id": 50, "user": {"login": "x"}, "body": ""}]`, "true", "api --silent -X PATCH repos/o/shop/issues/comments/41 -F body=@comment.md"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := lay(t, map[string]string{"comments.json": tt.comments, "report.markdown": "**kuniq**: 1 error\n"})
			require.NoError(t, os.WriteFile(filepath.Join(dir, "gh"), []byte(gh), 0o755))
			out, code := script(t, dir, step.step(t, "Comment").Run, "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"),
				"GH_REPO=o/shop", "NUMBER=3", "PASSED="+tt.passed, "MARK="+strings.ReplaceAll(step.step(t, "Comment").Env["MARK"], "${{ inputs.name }}", "kuniq"))
			assert.Zero(t, code, out)
			assert.Equal(t, tt.want, strings.TrimSpace(out))
			text, err := os.ReadFile(filepath.Join(dir, "comment.md"))
			require.NoError(t, err)
			assert.Equal(t, "<!-- kuniq check kuniq -->\n**kuniq**: 1 error\n", string(text))
		})
	}
}
