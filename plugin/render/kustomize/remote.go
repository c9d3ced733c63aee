package kustomize

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// remote adds a reference that kustomize would fetch, if it was fetched before. otherwise
// is the error if it was not.
func (c *inputs) remote(k *checkout.KustomizationFile, r checkout.Reference, otherwise error) error {
	need, base, ok := needOf(r)
	if !ok {
		return otherwise
	}
	found, err := c.Need(need, k.File)
	local := ""
	switch {
	case checkout.CodeOf(err) == checkout.Remote:
		return otherwise
	case err == nil && need.Kind == vendored.File:
		local, err = c.remoteFile(k, r, found)
	case err == nil:
		local, err = c.remoteTree(found, base)
		local = relative(path.Join(c.At, k.Dir), local)
	}
	if err != nil {
		return checkout.Wrap(err, "%s names %s", r.Field, r.Quoted())
	}
	return c.rewrite(k.File, func(t *types.Kustomization) error { return redirect(t, r.Path, local) }, "")
}

// needOf returns the remote source that a reference needs.
func needOf(r checkout.Reference) (n vendored.Need, base checkout.RemoteBase, ok bool) {
	switch {
	case r.Use == checkout.AsConfig:
	case r.Use != checkout.AsDirectory && checkout.IsRemoteFile(r.Path):
		return vendored.Need{Kind: vendored.File, URL: r.Path}, base, true
	case r.Use.MayBeDirectory():
		base, ok = checkout.ParseRemoteBase(r.Path)
	}
	return vendored.Need{Kind: vendored.Git, URL: base.URL, Version: base.Ref}, base, ok
}

// fileName matches the names that a fetched file may have in a job.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// remoteFile adds a file, from the kustomization's own directory, since kustomize
// reads none outside of it. It keeps its name, which is the key in a ConfigMap.
func (c *inputs) remoteFile(k *checkout.KustomizationFile, r checkout.Reference, found vendored.Found) (local string, err error) {
	name := path.Base(r.Path)
	if !fileName.MatchString(name) {
		name = "file" + path.Ext(name)
	}
	if !fileName.MatchString(name) || name != path.Base(r.Path) && strings.Contains(r.Where, ".files") {
		return "", checkout.Errorf(checkout.Remote, "a file of that name is not read")
	}
	shown := job.Elsewhere(found)
	local = path.Join(".kuniq-vendored", found.Entry.SHA256, name)
	if _, there := c.Job.Files[shown]; !there {
		if err := c.Put(shown, func() ([]byte, error) { return found.Data, nil }); err != nil {
			return "", err
		}
	}
	as := path.Join(k.Dir, local)
	if checkout.IsFile(c.FS(), as) {
		return "", checkout.Errorf(checkout.Refused, "the tree has a file in its place")
	}
	if err := c.Put(as, func() ([]byte, error) { return found.Data, nil }); err != nil {
		return "", err
	}
	c.Job.Moved[as] = shown
	if r.Use == checkout.AsManifest || r.Use == checkout.AsBase {
		c.Job.Manifests = append(c.Job.Manifests, as)
	}
	return local, nil
}

// remoteTree adds the kustomization in a directory of another repository, and returns
// the directory in the job.
func (c *inputs) remoteTree(found vendored.Found, base checkout.RemoteBase) (dir string, err error) {
	at := job.Elsewhere(found)
	part := c.parts[at]
	if part == nil {
		part = newInputs(c.Part(checkout.Find(found.FS, nil, checkout.Options{}), at, base.URL), c.parts)
		c.parts[at] = part
	}
	if part.Kustomization(base.Dir) == nil {
		return "", checkout.Errorf(checkout.Missing, "the repository has no kustomization in %s", base.Dir)
	}
	if part.Linked(base.Dir) {
		return "", checkout.Errorf(checkout.Outside, "it is reached through a symbolic link")
	}
	if err := part.kustomization(base.Dir); err != nil {
		return "", part.Foreign(err)
	}
	return path.Join(at, base.Dir), c.Take(part.Collector)
}

// relative is the path from one directory of a job to another.
func relative(from, to string) string {
	up := strings.Count(path.Join(inMemory, from), "/")
	return strings.Repeat("../", up) + strings.TrimPrefix(path.Join(inMemory, to), "/")
}

// redirect replaces a path that a kustomization names.
func redirect(t *types.Kustomization, from, to string) error {
	var fields map[string]any
	text, err := json.Marshal(t)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		return checkout.Errorf(checkout.Invalid, "it cannot be changed")
	}
	for _, f := range checkout.KustomizationFields {
		name := f.Path[:strings.IndexAny(f.Path+".", "[.")]
		if value, ok := fields[name]; ok {
			fields[name] = redirected(value, from, to)
		}
	}
	var out types.Kustomization
	if text, err = json.Marshal(fields); err == nil {
		err = out.Unmarshal(text)
	}
	if err != nil {
		return checkout.Errorf(checkout.Invalid, "it cannot be changed")
	}
	*t = out
	return nil
}

// redirected is a value with a path replaced, which may stand behind "key=".
func redirected(value any, from, to string) any {
	switch v := value.(type) {
	case string:
		if v == from {
			return to
		}
		if key, ok := strings.CutSuffix(v, "="+from); ok {
			return key + "=" + to
		}
	case []any:
		for i := range v {
			v[i] = redirected(v[i], from, to)
		}
	case map[string]any:
		for key := range v {
			v[key] = redirected(v[key], from, to)
		}
	}
	return value
}
