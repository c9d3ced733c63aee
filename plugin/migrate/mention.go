package migrate

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// isMentioning says whether a file is one in which people list manifests to apply, embed or
// read.
func isMentioning(file string) bool {
	base := path.Base(file)
	switch base {
	case "Makefile", "makefile", "GNUmakefile", "Tiltfile", "Rakefile", "CODEOWNERS", "Earthfile",
		"justfile", "Justfile", ".sourceignore", ".krmignore", ".argocd-allow-concurrency",
		".gitlab-ci.yml", ".travis.yml", ".drone.yml", ".woodpecker.yml", ".pre-commit-config.yaml",
		"azure-pipelines.yml", "bitbucket-pipelines.yml", "cloudbuild.yaml", "buildspec.yml", "action.yml",
		"Taskfile.yml", "Taskfile.yaml", "helmfile.yaml", "devspace.yaml", "garden.yml", "impact.yaml", "vendir.yml":
		return true
	}
	switch path.Ext(base) {
	case ".sh", ".bash", ".mk", ".ps1", ".tf", ".py", ".go", ".rb", ".js", ".ts",
		".jsonnet", ".libsonnet", ".bzl", ".bazel", ".nix":
		return true
	}
	begins := func(name string, prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
	return begins(base, "Jenkinsfile", "skaffold", "Dockerfile", "Tiltfile") ||
		begins(file, ".github/", ".gitlab/", ".circleci/", ".tekton/", ".buildkite/", ".woodpecker/")
}

// mentions says whether a line names a file. For a path with variables in it, the part after
// the last one counts.
func mentions(line, file string) bool {
	base := path.Base(file)
	for at := 0; ; {
		i := strings.Index(line[at:], base)
		if i < 0 {
			return false
		}
		begin, end := at+i, at+i+len(base)
		if endsName(line[end:]) && leadsTo(line[:begin], path.Dir(file)) {
			return true
		}
		at = end
	}
}

// endsName says whether a name can end before a text.
func endsName(rest string) bool {
	if rest == "" {
		return true
	}
	c := rest[0]
	if c == '.' { // the end of a sentence, or of "all.yaml.bak"
		return len(rest) == 1 || !isNameByte(rest[1])
	}
	return !isNameByte(c) && c != '/'
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '_' || c == '-' || c == '.' || c >= utf8.RuneSelf
}

// leadsTo says whether a text ends in a possible directory.
func leadsTo(before, dir string) bool {
	begin := len(before)
	for begin > 0 && (isNameByte(before[begin-1]) || strings.IndexByte("/${}()~@+*", before[begin-1]) >= 0) {
		begin--
	}
	prefix := before[begin:]
	if prefix == "" || prefix == "(" || prefix == "{" {
		return true
	}
	if !strings.HasSuffix(prefix, "/") {
		return false
	}
	var known []string
	for _, component := range strings.Split(strings.TrimLeft(prefix, "("), "/") {
		switch {
		case strings.ContainsAny(component, "$*{}~"):
			known = nil
		case component != "" && component != "." && component != "..":
			known = append(known, component)
		}
	}
	written, real := "/"+strings.Join(known, "/"), "/"+strings.TrimPrefix(dir, ".")
	return len(known) == 0 || strings.HasSuffix(real, written) || strings.HasSuffix(written, real)
}

// warnMentions finds the lines that name a source.
func (p warner) warnMentions() {
	told := map[[2]any]bool{}
	for _, w := range p.plan.Warnings {
		told[[2]any{w.File, w.Line}] = true
	}
	byName := map[string][]*source{}
	for _, s := range p.sorted() {
		if s.renames() {
			byName[path.Base(s.path)] = append(byName[path.Base(s.path)], s)
		}
	}
	for _, m := range slices.Concat(p.mentions, p.gitops) {
		var sources []*source
		for base, named := range byName {
			if bytes.Contains(m.data, []byte(base)) {
				sources = append(sources, named...)
			}
		}
		if len(sources) == 0 {
			continue
		}
		slices.SortFunc(sources, func(a, b *source) int { return strings.Compare(a.path, b.path) })
		for i, line := range strings.Split(string(m.data), "\n") {
			if !told[[2]any{m.path, i + 1}] {
				p.warnMention(m.path, i+1, line, sources)
			}
		}
	}
}

// warnMention warns of a line that names sources.
func (p warner) warnMention(file string, number int, line string, sources []*source) {
	var named []string
	for _, s := range sources {
		if mentions(line, s.path) {
			named = append(named, s.path)
		}
	}
	if len(named) == 0 {
		return
	}
	text := "names " + checkout.Named(named[0]) + ", which will be removed: "
	if len(named) > 1 {
		text = checkout.Reasonf("names %s or one of %d others, which go: ", checkout.Named(named[0]), len(named)-1)
	}
	p.plan.Warnings = append(p.plan.Warnings, Warning{
		File: file, Line: number, Text: text + checkout.Text(dupcheck.Quote(dupcheck.Brief(strings.TrimSpace(line)))),
	})
}

// renames says whether the path of the source no longer exists afterwards.
func (s *source) renames() bool {
	return len(s.files) > 0 && !slices.ContainsFunc(s.files, func(f File) bool { return f.Path == s.path })
}
