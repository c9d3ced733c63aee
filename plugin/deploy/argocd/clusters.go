package argocd

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/policy"
)

// clusters are those that Secrets of the checkout declare, and the destinations that were
// met, by their Argo CD. told are those that the policy names; one without a set is known
// to every Argo CD.
type clusters struct {
	declared     map[string][]gitops.Cluster
	destinations map[string][]gitops.Destination
	told         []gitops.Cluster
}

// newClusters returns those that manifests declare.
func newClusters(d gitops.Declared) clusters {
	c := clusters{declared: map[string][]gitops.Cluster{}, destinations: map[string][]gitops.Destination{}}
	for _, one := range d.Clusters {
		c.declared[one.Object.Set] = append(c.declared[one.Object.Set], one)
	}
	for _, app := range d.Applications {
		c.destinations[app.Object.Set] = append(c.destinations[app.Object.Set], app.Spec.Destination)
	}
	return c
}

// toldClusters returns the clusters that the policy names, as their Secrets would declare
// them.
func toldClusters(all []policy.Cluster) (out []gitops.Cluster) {
	for _, c := range all {
		one := gitops.Cluster{Name: c.Name, Server: strings.TrimRight(c.Server, "/"), Object: dupcheck.Object{Set: c.Set}}
		one.Metadata.Labels, one.Metadata.Annotations = map[string]string{gitops.ClusterLabel: gitops.ClusterType}, c.Annotations
		maps.Copy(one.Metadata.Labels, c.Labels)
		out = append(out, one)
	}
	return out
}

// toldTo returns those of told that one Argo CD knows.
func (c *clusters) toldTo(instance string) []gitops.Cluster {
	return slices.DeleteFunc(slices.Clone(c.told), func(one gitops.Cluster) bool { return one.Object.Set != "" && one.Object.Set != instance })
}

// of returns the clusters of one Argo CD. A cluster that is named and has a Secret, too,
// is listed once if both are equal.
func (c *clusters) of(instance string) (all []gitops.Cluster, unknown string) {
	all = slices.Clip(c.declared[instance])
	for _, one := range c.toldTo(instance) {
		i := slices.IndexFunc(all, func(other gitops.Cluster) bool { return !other.Unknown && other.Name == one.Name })
		switch {
		case i < 0:
			all = append(all, one)
		case all[i].Server != one.Server || !maps.Equal(all[i].Metadata.Labels, one.Metadata.Labels) || !maps.Equal(all[i].Metadata.Annotations, one.Metadata.Annotations):
			return nil, "the cluster " + dupcheck.QuoteAlways(one.Name) + " has a Secret in the checkout that contradicts its entry in the policy"
		}
	}
	return all, ""
}

// all returns the clusters that an Argo CD knows, by their names, or the reason why they
// are not known: there must be Secrets, and all destinations of Applications must be
// among them.
func (c *clusters) all(instance, namespace string) (all []gitops.Cluster, unknown string) {
	known, unknown := c.of(instance)
	if unknown != "" {
		return nil, unknown
	}
	for _, one := range known {
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
	others := ""
	if len(c.told) > 0 {
		others = ", and it is not named either"
	}
	if len(all) == 0 {
		return nil, "the Secrets of its clusters are not in the checkout"
	}
	for _, d := range c.destinations[instance] {
		if name := cmp.Or(d.Name, d.Server); !slices.ContainsFunc(all, func(one gitops.Cluster) bool { return isAt(one, d) }) &&
			name != "" && !isInCluster(d) {
			return nil, "the checkout has Secrets of some clusters, but not of " + dupcheck.QuoteAlways(name) + others
		}
	}
	slices.SortStableFunc(all, func(a, b gitops.Cluster) int { return strings.Compare(a.Name, b.Name) })
	return all, ""
}

func isAt(c gitops.Cluster, d gitops.Destination) bool {
	return d.Name == c.Name || d.Server != "" && strings.TrimRight(d.Server, "/") == c.Server
}

func isInCluster(d gitops.Destination) bool {
	return d.Name == deploy.InClusterName || strings.TrimRight(d.Server, "/") == deploy.InClusterServer
}

// server returns the server of a cluster that is known by its name, or "". several says
// that there are several.
func (c *clusters) server(instance, namespace, name string) (server string, several bool) {
	for _, one := range slices.Concat(c.declared[instance], c.toldTo(instance)) {
		if !one.Unknown && one.Name == name && cmp.Or(one.Metadata.Namespace, namespace) == namespace {
			several = several || server != "" && server != one.Server
			server = one.Server
		}
	}
	return server, several
}

// clusterParams returns the clusters that the generator selects by the labels of their
// Secrets. The one that Argo CD runs in needs none (argo-cd v3.6
// applicationset/generators/cluster.go).
func (e *expander) clusterParams(g *gitops.ClusterGenerator, r renderer) (all []map[string]any, err error) {
	if err := validForLabels(g.Selector); err != nil {
		return nil, err
	}
	known, unknown := e.clusters.all(e.instance, e.namespace)
	if unknown != "" {
		return nil, unexpandable{checkout.Reasonf("its generator clusters reads data that is not in the checkout: %s", unknown)}
	}
	own := func(c gitops.Cluster) bool { return c.Server == deploy.InClusterServer }
	if len(g.Selector.MatchLabels)+len(g.Selector.MatchExpressions) == 0 && !slices.ContainsFunc(known, own) {
		known = append([]gitops.Cluster{{Name: deploy.InClusterName, Server: deploy.InClusterServer}}, known...)
	}
	for _, c := range known {
		if !takes(&g.Selector, c.Metadata.Labels) {
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
