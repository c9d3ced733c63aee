package deploy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// The names that Argo CD gives to the cluster that it runs in (argo-cd v3.6
// pkg/apis/application/v1alpha1, KubernetesInClusterName and
// KubernetesInternalAPIServerAddr).
const (
	InClusterName   = "in-cluster"
	InClusterServer = "https://kubernetes.default.svc"
)

var inCluster = []string{InClusterName, InClusterServer}

// Clusters lists names and servers of clusters: each element has those of one cluster.
// Every instance has its own cluster, the one that it runs in, which is
// "INSTANCE/in-cluster" here, under each of its names.
type Clusters [][]string

// ParseClusters reads clusters that are written as NAME=NAME..., an element each.
func ParseClusters(same []string) (all Clusters, err error) {
	for _, s := range same {
		names := strings.Split(s, "=")
		if len(names) < 2 || slices.Contains(names, "") {
			return nil, fmt.Errorf("%s is not of the form NAME=NAME", dupcheck.QuoteAlways(s))
		}
		all = append(all, names)
	}
	return all, nil
}

// Of returns a name for the cluster of a destination: two destinations have
// the same if and only if they are known to be one cluster.
func (c Clusters) Of(instance string, d Destination) string {
	names := []string{qualified(instance, cmp.Or(d.Server, d.Name, inCluster[0]))}
	for i := 0; i < len(names); i++ {
		for _, same := range c {
			if !slices.ContainsFunc(same, func(s string) bool { return qualified("", s) == names[i] }) {
				continue
			}
			for _, s := range same {
				if s = qualified("", s); !slices.Contains(names, s) {
					names = append(names, s)
				}
			}
		}
	}
	return slices.Min(names)
}

// qualified tells the own clusters of two instances apart.
func qualified(instance, name string) string {
	if slices.Contains(inCluster, name) {
		return instance + "/in-cluster"
	}
	return name
}

// DisplayCluster returns a name of [Clusters.Of] for people: the own cluster of
// the instance without a name has nothing in front of it.
func DisplayCluster(name string) string {
	if name == qualified("", inCluster[0]) {
		return inCluster[0]
	}
	return name
}
