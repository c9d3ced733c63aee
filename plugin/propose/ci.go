package propose

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/kuniq/kuniq/plugin/policy"
)

// Platform is a CI system.
type Platform string

// The platforms for which there is a file. For any other one the commands of the gate have
// to suffice.
const (
	GitHub Platform = "GitHub Actions"
	GitLab Platform = "GitLab CI"
	Other  Platform = ""
)

// gitHubWorkflows is the directory of GitHub's files.
const gitHubWorkflows = ".github/workflows"

// gitLabFile is GitLab's own file. If it exists already, the proposal is a part that it can
// include.
const (
	gitLabFile = ".gitlab-ci.yml"
	gitLabPart = ".gitlab/kuniq.gitlab-ci.yml"
)

// platformOf returns the platform whose files a repository has.
func platformOf(fsys fs.FS) Platform {
	for _, known := range []struct {
		file     string
		platform Platform
	}{{gitHubWorkflows, GitHub}, {gitLabFile, GitLab}, {".github", GitHub}, {".gitlab", GitLab}} {
		if _, err := fs.Stat(fsys, known.file); err == nil {
			return known.platform
		}
	}
	return Other
}

// File is a proposed file.
type File struct {
	Name    string
	Content []byte
	// Note says which steps are left to a person. It may be empty.
	Note string
}

// Files returns the proposed files for the working directory: kuniq.yaml, the baseline if
// there are old findings, and the file of the CI system if it is known.
func (p *Proposal) Files() ([]File, error) {
	files := []File{{Name: policy.File, Content: p.YAML()}}
	if len(p.Baseline) > 0 {
		content, err := p.baselineFile()
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: BaselineFile, Content: content})
	}
	switch p.Platform {
	case GitHub:
		files = append(files, p.workflow())
	case GitLab:
		files = append(files, p.job())
	}
	return files, nil
}

// workflow returns the file of GitHub. Its runners have helm.
func (p *Proposal) workflow() File {
	var b strings.Builder
	b.WriteString(`# Proposed by kuniq init. Put the place and a commit of kuniq for KUNIQ_OWNER and COMMIT.
# The settings are those of the base of a pull request, so that it cannot loosen its own gate.
name: kuniq
on: pull_request
permissions:
  contents: read
jobs:
  kuniq:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: KUNIQ_OWNER/kuniq@COMMIT
`)
	if p.Helm+p.Vendor != "" {
		b.WriteString("        with:\n          args: |\n")
	}
	if p.Helm != "" {
		b.WriteString("            --helm=helm\n")
	}
	if p.Vendor != "" { // the job has to fill it first
		b.WriteString("            --vendor=" + p.Vendor + "\n")
	}
	for _, command := range p.further() {
		fmt.Fprintf(&b, `      - run: '"$RUNNER_TEMP/kuniq/kuniq" %s--policy-from "$BASE" .'
        env:
          BASE: ${{ github.event.pull_request.base.sha }}
`, strings.ReplaceAll(command, "BASE", `"$BASE"`))
	}
	return File{
		Name: gitHubWorkflows + "/kuniq.yaml", Content: []byte(b.String()),
		Note: "protect " + gitHubWorkflows + " and " + policy.File + " with a code owner",
	}
}

// job returns the file of GitLab.
func (p *Proposal) job() File {
	var b strings.Builder
	b.WriteString(`# Proposed by kuniq init. Put the place and a commit of kuniq for KUNIQ_OWNER and COMMIT.
kuniq:
  image: golang:1.26
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - git clone --quiet https://github.com/KUNIQ_OWNER/kuniq /tmp/kuniq
    - git -C /tmp/kuniq checkout --quiet COMMIT
    - go -C /tmp/kuniq build -o /tmp/kuniq/bin/ ./plugin/cmd/kuniq
`)
	b.WriteString("    - /tmp/kuniq/bin/" + p.Gate[0].Command + "\n")
	for _, command := range p.further() {
		b.WriteString("    - /tmp/kuniq/bin/kuniq " + strings.ReplaceAll(command, "BASE", "$CI_MERGE_REQUEST_DIFF_BASE_SHA") + ".\n")
	}
	f := File{Name: gitLabFile, Content: []byte(b.String())}
	if p.hasGitLabFile {
		f.Name, f.Note = gitLabPart, "include it in "+gitLabFile+": include: [{local: "+gitLabPart+"}]"
	}
	return f
}

// further returns the commands after the first one, without their first and their last word.
// BASE stands for the revision before the change.
func (p *Proposal) further() (all []string) {
	for _, g := range p.Gate[1:] {
		all = append(all, inner(g.Command))
	}
	for _, command := range p.Impact {
		all = append(all, inner(command))
	}
	return all
}

// inner returns a command without the program and the directory.
func inner(command string) string {
	return strings.TrimSuffix(strings.TrimPrefix(command, "kuniq "), ".")
}
