package soundness

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
)

// generate returns the Applications of a set. The error freezes the set (argo-cd
// v3.6 applicationset/controllers, template.GenerateApplications).
func (t tree) generate(set fields) (all []fields, err error) {
	for _, g := range list(set, "spec", "generators") {
		parameters, err := t.parameters(g)
		if err != nil {
			return nil, err
		}
		for _, p := range parameters {
			app, err := renderTemplate(set, p)
			if err != nil {
				return nil, err
			}
			all = append(all, app)
		}
	}
	return all, nil
}

// parameters are those of a generator, nested as goTemplate has them.
func (t tree) parameters(g any) (all []fields, err error) {
	for _, element := range list(g, "list", "elements") {
		m, _ := element.(fields)
		for k, v := range m {
			if _, ok := v.(string); !ok {
				return nil, fmt.Errorf("%s is no string", k)
			}
		}
		all = append(all, m)
	}
	if children := list(g, "matrix", "generators"); len(children) == 2 {
		return t.matrix(children)
	}
	if children := list(g, "merge", "generators"); len(children) > 1 {
		return t.merge(children, strs(g, "merge", "mergeKeys"))
	}
	git := at(g, "git")
	if git == nil {
		return all, nil
	}
	if str(git, "repoURL") != repoURL {
		return nil, errors.New("another repository")
	}
	for _, dir := range t.dirs() {
		if matchesDirectories(list(git, "directories"), dir) {
			all = append(all, fields{"path": fields{"path": dir, "basename": path.Base(dir)}})
		}
	}
	for _, name := range t.names() {
		for _, p := range list(git, "files") {
			if ok, _ := path.Match(str(p, "path"), name); ok {
				docs, err := documents(t[name])
				if err != nil || len(docs) == 0 {
					return nil, cmpOr(err, errors.New("there is nothing in "+name))
				}
				all = append(all, merged(docs[0], fields{"path": fields{"path": path.Dir(name), "basename": path.Base(path.Dir(name))}}))
			}
		}
	}
	return all, nil
}

// matrix has every pair of the parameters of two generators.
func (t tree) matrix(children []any) (all []fields, err error) {
	first, err := t.parameters(children[0])
	second, err2 := t.parameters(children[1])
	for _, a := range first {
		for _, b := range second {
			all = append(all, merged(a, b))
		}
	}
	return all, cmpOr(err, err2)
}

// merge changes the parameters of the first generator by those of the others that have
// the same keys. Each key may be there once in a generator.
func (t tree) merge(children []any, keys []string) (all []fields, err error) {
	keyOf := func(p fields) (key string) {
		for _, k := range keys {
			key += flat(p)[k] + "\n"
		}
		return key
	}
	for i, child := range children {
		parameters, err := t.parameters(child)
		if err != nil {
			return nil, err
		}
		seen := map[string]fields{}
		for _, p := range parameters {
			if seen[keyOf(p)] != nil {
				return nil, errors.New("a key is there twice")
			}
			seen[keyOf(p)] = p
		}
		if i == 0 {
			all = slices.Clone(parameters)
			continue
		}
		for k := range all {
			all[k] = merged(all[k], seen[keyOf(all[k])])
		}
	}
	return all, nil
}

// flat is parameters as they are without goTemplate.
func flat(p fields) map[string]string {
	out := map[string]string{}
	for k, v := range p {
		switch v := v.(type) {
		case string:
			out[k] = v
		case fields:
			for below := range v {
				out[k+"."+below] = str(v, below)
			}
		}
	}
	if s, ok := out["path.path"]; ok {
		out["path"] = s
	}
	return out
}

// matchesDirectories says whether a generator takes a directory. A pattern
// that excludes it wins.
func matchesDirectories(patterns []any, dir string) bool {
	found := false
	for _, p := range patterns {
		if ok, _ := path.Match(str(p, "path"), dir); ok && is(p, "exclude") {
			return false
		} else if ok {
			found = true
		}
	}
	return found && !slices.ContainsFunc(strings.Split(dir, "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
}

// renderTemplate makes an Application.
func renderTemplate(set, p fields) (fields, error) {
	render := func(s string) (string, error) {
		for k, v := range flat(p) {
			s = strings.ReplaceAll(s, "{{"+k+"}}", v)
		}
		return s, nil
	}
	if is(set, "spec", "goTemplate") {
		render = func(s string) (string, error) {
			options := append(strs(set, "spec", "goTemplateOptions"), "missingkey=default")
			parsed, err := template.New("").Option(options[0]).Parse(s)
			if err != nil {
				return "", err
			}
			var out bytes.Buffer
			err = parsed.Execute(&out, p)
			return out.String(), err
		}
	}
	made, err := each(at(set, "spec", "template"), render)
	if err != nil {
		return nil, err
	}
	app, ok := made.(fields)
	if !ok {
		return nil, errors.New("there is no template")
	}
	put(app, "argoproj.io/v1alpha1", "apiVersion")
	put(app, "Application", "kind")
	put(app, str(set, "metadata", "namespace"), "metadata", "namespace")
	if len(list(app, "metadata", "finalizers")) == 0 && !is(set, "spec", "syncPolicy", "preserveResourcesOnDeletion") {
		put(app, []any{finalizer}, "metadata", "finalizers")
	}
	return app, nil
}

// each changes every string of a value, in a copy of it.
func each(value any, change func(string) (string, error)) (any, error) {
	var err error
	switch value := value.(type) {
	case string:
		return change(value)
	case []any:
		out := slices.Clone(value)
		for i := range out {
			if out[i], err = each(out[i], change); err != nil {
				return nil, err
			}
		}
		return out, nil
	case fields:
		out := maps.Clone(value)
		for k := range out {
			if out[k], err = each(out[k], change); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return value, nil
}
