package argocd

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// overrideFile is a file beside the manifests that changes their source; another
// one has the name of the Application in it.
const overrideFile = ".argocd-source"

// fromFiles returns a source with the changes of the files in its directory: each is a
// JSON merge patch, and cannot change the origin of the source (argo-cd v3.6
// reposerver/repository, mergeSourceParameters). Argo CD writes them for tools that
// update images.
func fromFiles(instance string, s gitops.Source, repo fs.FS) (gitops.Source, error) {
	out := s
	for _, name := range []string{overrideFile + ".yaml", overrideFile + "-" + instance + ".yaml"} {
		data, err := fs.ReadFile(repo, path.Join(s.Dir(), name))
		if errors.Is(err, fs.ErrNotExist) || !fs.ValidPath(path.Join(s.Dir(), name)) {
			continue
		}
		if err == nil {
			out, err = patchedSource(out, data)
		}
		if err != nil {
			return s, checkout.Errorf(checkout.Invalid, "%s, which changes the source, cannot be read", checkout.Named(path.Join(s.Dir(), name)))
		}
	}
	if out.Types() > 1 {
		return s, checkout.Errorf(checkout.Refused, "files of its directory make it name several ways to render it, which Argo CD refuses")
	}
	out.RepoURL, out.Path, out.TargetRevision, out.Chart, out.Ref = s.RepoURL, s.Path, s.TargetRevision, s.Chart, s.Ref
	return out, nil
}

func patchedSource(s gitops.Source, patch []byte) (out gitops.Source, err error) {
	var value, with map[string]any
	data, err := json.Marshal(s)
	if err == nil {
		err = gitops.Unmarshal(data, &value)
	}
	if err == nil {
		err = yaml.Unmarshal(patch, &with)
	}
	if err == nil {
		data, err = json.Marshal(mergePatch(value, with))
	}
	if err == nil {
		err = gitops.Unmarshal(data, &out)
	}
	return out, err
}
