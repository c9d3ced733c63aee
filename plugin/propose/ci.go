package propose

import (
	"bytes"
	"embed"
	"io/fs"
	"strings"
	"text/template"

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
	return File{
		Name: gitHubWorkflows + "/kuniq.yaml", Content: p.write("github.yaml.tmpl", `"$BASE"`),
		Note: "protect " + gitHubWorkflows + " and " + policy.File + " with a code owner",
	}
}

// job returns the file of GitLab.
func (p *Proposal) job() File {
	f := File{Name: gitLabFile, Content: p.write("gitlab.yaml.tmpl", "$CI_MERGE_REQUEST_DIFF_BASE_SHA")}
	if p.hasGitLabFile {
		f.Name, f.Note = gitLabPart, "include it in "+gitLabFile+": include: [{local: "+gitLabPart+"}]"
	}
	return f
}

//go:embed data
var ciFiles embed.FS

// write writes the file of a CI system. base stands for the revision before the change.
func (p *Proposal) write(name, base string) []byte {
	var further []string
	for _, g := range p.Gate[1:] {
		further = append(further, g.Command)
	}
	further = append(further, p.Impact...)
	for i, command := range further { // without the program and the directory
		inner := strings.TrimSuffix(strings.TrimPrefix(command, "kuniq "), ".")
		further[i] = strings.ReplaceAll(inner, "BASE", base)
	}
	t := template.Must(template.New(name).Delims("<<", ">>").ParseFS(ciFiles, "data/"+name))
	var b bytes.Buffer
	if err := t.Execute(&b, struct {
		*Proposal
		Further []string
	}{p, further}); err != nil {
		panic(err) // the template is a part of the program
	}
	return b.Bytes()
}
