package policy

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// parseAllowance reads an entry of allow-unresolved.
func parseAllowance(n *yaml.Node) (a Allowance, err error) {
	if n.Kind == yaml.ScalarNode {
		return a, at(n, "an allowance names one part and says why: {path: %s, reason: ...}", dupcheck.QuoteAlways(n.Value))
	}
	cause := ""
	err = fields(n, "a mapping with path or deployer, and reason,", map[string]any{
		"cause": &cause,
		"path":  &a.Path, "deployer": &a.Deployer, "reason": &a.Reason, "everything": &a.Everything, "new": &a.New,
	})
	a.Cause = dupcheck.Code(cause)
	kind, name, ok := strings.Cut(a.Deployer, " ")
	switch {
	case err != nil:
		return a, err
	case cause != "" && !slices.Contains(checkout.Codes(), a.Cause):
		return a, at(n, "there is no cause %s", dupcheck.QuoteAlways(cause))
	case (a.Path == "") == (a.Deployer == ""):
		return a, at(n, "an allowance needs a path or a deployer")
	case strings.TrimSpace(a.Reason) == "":
		return a, at(n, "the allowance of %s has no reason", dupcheck.QuoteAlways(a.Path+a.Deployer))
	case a.Deployer != "" && (!ok || kind == "" || strings.TrimSpace(name) != name || name == ""):
		return a, at(n, "the deployer %s is not of the form KIND NAMESPACE/NAME", dupcheck.QuoteAlways(a.Deployer))
	case a.isEverything() && !a.Everything:
		return a, at(n, "%s allows every part to be unresolved: name one, or say everything: true beside it", dupcheck.QuoteAlways(a.Path+a.Deployer))
	}
	return a, nil
}

// parseCluster reads an entry of clusters.
func parseCluster(n *yaml.Node) (c Cluster, err error) {
	err = fields(n, "a mapping with name and server", map[string]any{
		"name": &c.Name, "server": &c.Server, "labels": &c.Labels, "annotations": &c.Annotations, "set": &c.Set,
	})
	if err == nil && (c.Name == "" || c.Server == "") {
		err = at(n, "a cluster needs a name and a server")
	}
	return c, err
}

// parseRoot reads an entry of roots.
func parseRoot(n *yaml.Node) (r Root, err error) {
	r.line = n.Line
	err = fields(n, "a mapping with file or manifest", map[string]any{
		"file": &r.File, "set": &r.Set, "manifest": reader(func(value *yaml.Node) error {
			r.line = value.Line
			r.Text, err = manifest(value)
			return err
		}),
	})
	switch {
	case err != nil:
	case (r.File == "") == (r.Text == ""):
		err = at(n, "a root needs a file or a manifest")
	case r.File != "" && !filepath.IsLocal(r.File):
		err = at(n, "the file %s has to be below the working directory", dupcheck.QuoteAlways(r.File))
	case r.Text != "":
		err = r.deploys()
	}
	return r, err
}

// manifest returns the text of a value, with its own lines if it is written in the usual
// way.
func manifest(n *yaml.Node) (string, error) {
	if err := plain(n, yaml.MappingNode, "a manifest"); err != nil {
		return "", err
	}
	if err := allPlain(n); err != nil {
		return "", err
	}
	data, err := yaml.Marshal(n)
	return strings.Repeat("\n", n.Line-1) + string(data), err
}

// deploys refuses a root that no tool would look at: a misspelt kind would deploy
// nothing.
func (r Root) deploys() error {
	d := gitops.Parse(gitops.ArgoCD|gitops.Flux, "", "", []byte(r.Text))
	if len(d.Objects)+len(d.Clusters) == 0 || len(d.Unread) > 0 {
		return fmt.Errorf("line %d: a root is an object of Argo CD or Flux, such as an Application or a Kustomization", r.line)
	}
	return nil
}
