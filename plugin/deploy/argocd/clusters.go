package argocd

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// clusters are those that Secrets of the checkout declare, and the destinations that
// were met, by the Argo CD that has them.
type clusters struct {
	declared     map[string][]gitops.Cluster
	destinations map[string][]gitops.Destination
}

// How Argo CD names the cluster that it runs in.
const (
	inClusterName   = "in-cluster"
	inClusterServer = "https://kubernetes.default.svc"
)

// newClusters returns those that manifests declare.
func newClusters(d gitops.Declared) clusters {
	c := clusters{map[string][]gitops.Cluster{}, map[string][]gitops.Destination{}}
	for _, one := range d.Clusters {
		c.declared[one.Object.Set] = append(c.declared[one.Object.Set], one)
	}
	for _, app := range d.Applications {
		c.destinations[app.Object.Set] = append(c.destinations[app.Object.Set], app.Spec.Destination)
	}
	return c
}

// all returns the clusters that an Argo CD knows, by their names, or says why that
// is not known: there have to be Secrets, and all that Applications deploy to must
// be among them.
func (c *clusters) all(instance, namespace string) (all []gitops.Cluster, unknown string) {
	for _, one := range c.declared[instance] {
		switch same := func(other gitops.Cluster) bool { return other.Name == one.Name }; {
		case cmp.Or(one.Metadata.Namespace, namespace) != namespace && !one.Unknown:
		case one.Unknown:
			return nil, "the Secret " + dupcheck.QuoteAlways(one.Object.Name) + " of a cluster is encrypted, or made elsewhere"
		case slices.ContainsFunc(all, same):
			return nil, "two clusters are called " + dupcheck.QuoteAlways(one.Name)
		default:
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return nil, "the Secrets of its clusters are not in the checkout"
	}
	for _, d := range c.destinations[instance] {
		if name := cmp.Or(d.Name, d.Server); !slices.ContainsFunc(all, func(one gitops.Cluster) bool { return isAt(one, d) }) &&
			name != "" && !isInCluster(d) {
			return nil, "the checkout has Secrets of some clusters, but not of " + dupcheck.QuoteAlways(name)
		}
	}
	slices.SortStableFunc(all, func(a, b gitops.Cluster) int { return strings.Compare(a.Name, b.Name) })
	return all, ""
}

func isAt(c gitops.Cluster, d gitops.Destination) bool {
	return d.Name == c.Name || d.Server != "" && strings.TrimRight(d.Server, "/") == c.Server
}

func isInCluster(d gitops.Destination) bool {
	return d.Name == inClusterName || strings.TrimRight(d.Server, "/") == inClusterServer
}

// server returns the server of a cluster that is known by its name, or "". It says if
// there are several.
func (c *clusters) server(instance, namespace, name string) (server string, several bool) {
	for _, one := range c.declared[instance] {
		if !one.Unknown && one.Name == name && cmp.Or(one.Metadata.Namespace, namespace) == namespace {
			several = several || server != "" && server != one.Server
			server = one.Server
		}
	}
	return server, several
}

// clusterParams returns the clusters that the generator takes by the labels of their
// Secrets. The one that Argo CD runs in needs none (argo-cd v3.6
// applicationset/generators/cluster.go).
func (e *expander) clusterParams(g *gitops.ClusterGenerator, r renderer) (all []map[string]any, err error) {
	selector, err := labelSelector(g.Selector)
	if err != nil {
		return nil, err
	}
	known, unknown := e.clusters.all(e.instance, e.namespace)
	if unknown != "" {
		return nil, unexpandable{"its generator clusters reads what is not in the checkout: " + unknown}
	}
	own := func(c gitops.Cluster) bool { return c.Server == inClusterServer }
	if selector.Empty() && !slices.ContainsFunc(known, own) {
		known = append([]gitops.Cluster{{Name: inClusterName, Server: inClusterServer}}, known...)
	}
	for _, c := range known {
		if !selector.Matches(labels.Set(c.Metadata.Labels)) {
			continue
		}
		params, err := r.withValues(r.clusterParams(c), g.Values)
		if err != nil {
			return nil, err
		}
		all = append(all, params)
	}
	if g.FlatList {
		list := make([]any, len(all))
		for i := range all {
			list[i] = all[i]
		}
		all = []map[string]any{{"clusters": list}}
	}
	return all, nil
}

// clusterParams are the parameters of one cluster.
func (r renderer) clusterParams(c gitops.Cluster) map[string]any {
	params := map[string]any{"name": c.Name, "nameNormalized": sanitized(c.Name), "server": c.Server, "project": c.Project}
	metadata := map[string]any{}
	for field, values := range map[string]map[string]string{"labels": c.Metadata.Labels, "annotations": c.Metadata.Annotations} {
		inner := map[string]any{}
		for k, v := range values {
			inner[k] = v
			if !r.goTemplate {
				params["metadata."+field+"."+k] = v
			}
		}
		if len(inner) > 0 {
			metadata[field] = inner
		}
	}
	if r.goTemplate && len(metadata) > 0 {
		params["metadata"] = metadata
	}
	return params
}
