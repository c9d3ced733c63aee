package argocd

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// mostFile is how long a file with parameters may be.
const mostFile = 1 << 20

func (e *expander) git(g *gitops.GitGenerator, r renderer) ([]map[string]any, error) {
	repo, err := e.repositories.find(e.asks, g.RepoURL, g.Revision, ".")
	switch {
	case err != nil:
		return nil, unexpandable{"the input of its git generator is not known: " + checkout.ReasonOf(err)}
	case len(g.Directories) > 0:
		if module, found := inSubmodule(repo.tree, g.Directories); found {
			return nil, unexpandable{"its git generator reads the submodule " + checkout.Named(module) + ", which is not available"}
		}
		return directories(repo.tree, g, r)
	case len(g.Files) > 0:
		return files(repo.tree, g, r)
	}
	return nil, errors.New("a git generator has neither directories nor files")
}

// directories returns those that a pattern matches, in which "*" matches no slash. Hidden
// ones are skipped (reposerver/repository, GetGitDirectories).
func directories(repo fs.FS, g *gitops.GitGenerator, r renderer) (all []map[string]any, err error) {
	walked := fs.WalkDir(repo, ".", func(name string, entry fs.DirEntry, failed error) error {
		switch {
		case failed != nil:
			return failed
		case !entry.IsDir() || name == ".":
			return nil
		case strings.HasPrefix(path.Base(name), "."):
			return fs.SkipDir
		case !r.spend(len(g.Directories) + len(name)):
			return errTooMuch
		case selected(g.Directories, func(pattern string) bool { ok, err := path.Match(pattern, name); return ok && err == nil }):
			params, err := r.withValues(r.pathParams(g, name, ""), g.Values)
			all = append(all, params)
			return err
		}
		return nil
	})
	return all, walked
}

// selected says whether some item includes and none excludes.
func selected(items []gitops.GitItem, match func(pattern string) bool) bool {
	in := false
	for _, item := range items {
		if match(item.Path) {
			if item.Exclude {
				return false
			}
			in = true
		}
	}
	return in
}

// files reads parameters from the files that a pattern matches, or links to them.
func files(repo fs.FS, g *gitops.GitGenerator, r renderer) (all []map[string]any, err error) {
	err = fs.WalkDir(repo, ".", func(name string, entry fs.DirEntry, failed error) error {
		switch {
		case failed != nil:
			return failed
		case entry.IsDir():
			if name == ".git" {
				return fs.SkipDir
			}
			return nil
		case !r.spend(len(g.Files) + len(name)):
			return errTooMuch
		}
		if in, err := inPathspecs(g.Files, name); !in || err != nil {
			return err
		}
		objects, err := parameterFile(repo, name, r)
		for _, object := range objects {
			params, err := r.fileParams(g, name, object)
			if err != nil {
				return err
			}
			all = append(all, params)
		}
		return err
	})
	return all, err
}

// inPathspecs reports whether a generator selects a file. In a pathspec of git, the
// default of Argo CD, a "*" of a pattern matches slashes, a brace is not special, and the
// name of a directory matches everything below it. Argo CD can be configured to read
// patterns in another way.
func inPathspecs(items []gitops.GitItem, name string) (in bool, err error) {
	for _, item := range items {
		if strings.HasPrefix(item.Path, ":") {
			return false, unexpandable{"a pattern of its git generator begins with a colon, which is not read here"}
		}
		if strings.ContainsAny(item.Path, "{}") {
			if ok, err := doublestar.Match(item.Path, name); ok && err == nil {
				return false, unexpandable{"a pattern of its git generator has braces, which Argo CD reads in one of two ways"}
			}
		}
	}
	return selected(items, func(pattern string) bool {
		return gitops.MatchesAll(strings.NewReplacer("{", `\{`, "}", `\}`).Replace(pattern), name) ||
			strings.HasPrefix(name, strings.TrimSuffix(pattern, "/")+"/")
	}), nil
}

// fileParams are the parameters of one mapping in a file.
func (r renderer) fileParams(g *gitops.GitGenerator, name string, object map[string]any) (map[string]any, error) {
	params := map[string]any{}
	if r.goTemplate {
		maps.Copy(params, object)
	} else {
		for k, v := range flat(object) {
			params[k] = v
		}
	}
	maps.Copy(params, r.pathParams(g, path.Dir(name), path.Base(name)))
	return r.withValues(params, g.Values)
}

// parameterFile reads one mapping or a list of them.
func parameterFile(repo fs.FS, name string, r renderer) (objects []map[string]any, err error) {
	info, err := fs.Stat(repo, name)
	if err != nil || info.Size() > mostFile || !r.spend(int(info.Size())) {
		return nil, errTooMuch
	}
	data, err := fs.ReadFile(repo, name)
	if err != nil {
		return nil, unexpandable{"a file with its parameters cannot be read"}
	}
	var one map[string]any
	if yaml.Unmarshal(data, &one) == nil {
		return []map[string]any{one}, nil
	}
	if yaml.Unmarshal(data, &objects) != nil {
		return nil, errors.New("a file with its parameters is neither a mapping nor a list of them")
	}
	return objects, nil
}

// pathParams returns the parameters of a directory, or of a file in it.
func (r renderer) pathParams(g *gitops.GitGenerator, dir, file string) map[string]any {
	p := map[string]any{"basename": path.Base(dir), "basenameNormalized": sanitized(path.Base(dir))}
	if file != "" {
		p["filename"], p["filenameNormalized"] = file, sanitized(file)
	}
	segments := strings.Split(dir, "/")
	if r.goTemplate {
		p["path"] = dir
		list := make([]any, len(segments))
		for i, s := range segments {
			list[i] = s
		}
		p["segments"] = list
		out := map[string]any{"path": p}
		if g.PathParamPrefix != "" {
			out = map[string]any{g.PathParamPrefix: out}
		}
		return out
	}
	name := "path"
	if g.PathParamPrefix != "" {
		name = g.PathParamPrefix + ".path"
	}
	out := map[string]any{name: dir}
	for k, v := range p {
		out[name+"."+k] = v
	}
	for i, s := range segments {
		out[name+"["+strconv.Itoa(i)+"]"] = s
	}
	return out
}

// withValues adds the generator's own values, which may refer to parameters.
func (r renderer) withValues(params map[string]any, values map[string]string) (map[string]any, error) {
	if len(values) == 0 {
		return params, nil
	}
	rendered := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		v, err := r.text(values[k], params)
		if err != nil {
			return nil, err
		}
		rendered[k] = v
	}
	if r.goTemplate {
		params["values"] = rendered
		return params, nil
	}
	for k, v := range rendered {
		params[fmt.Sprintf("values.%s", k)] = v
	}
	return params, nil
}

var notInNames = regexp.MustCompile(`[^-a-z0-9.]`)

// sanitized is the function normalize of Argo CD (applicationset/utils,
// SanitizeName).
func sanitized(name string) string {
	name = notInNames.ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(name[:min(len(name), 253)], "-.")
}
