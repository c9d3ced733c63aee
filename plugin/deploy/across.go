package deploy

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// AcrossInstances says which Applications have one name, belong to different instances,
// and deploy to clusters other than their own. One Argo CD that manages several clusters
// may have both, and then one replaces the other. Each is a sentence.
func AcrossInstances(s Snapshot) (told []string) {
	first := map[dupcheck.ID]*Deployer{}
	for i := range s.Deployers {
		d := &s.Deployers[i]
		if d.Tool != ArgoCD || d.Template || slices.Contains(inCluster, cmp.Or(d.Destination.Server, d.Destination.Name, inCluster[0])) {
			continue
		}
		if other := first[d.ID]; other == nil {
			first[d.ID] = d
		} else if other.Instance != d.Instance {
			told = append(told, fmt.Sprintf("%s is in %s and in %s, and both deploy to other clusters: if one Argo CD has both, one replaces the other, and the sets hide that",
				d.Name(), dupcheck.QuoteAlways(other.Instance), dupcheck.QuoteAlways(d.Instance)))
		}
	}
	return told
}

// AcrossNames says which Applications deploy an object of one identity to two clusters, if
// one names its cluster by name and the other by server, and nothing says whether these are
// one. It is one sentence for each name.
func AcrossNames(s Snapshot, o CheckOptions) (told []string) {
	claims := NewClaims(o.Rules, o.Clusters, s)
	servers, met := map[dupcheck.ID]*Deployer{}, map[string]bool{}
	byName := func(d *Deployer) bool {
		cluster := claims.Cluster(d)
		return d.Destination.Server == "" && !strings.Contains(cluster, "/") // servers and own clusters have one
	}
	each := func(visit func(d *Deployer, id dupcheck.ID)) {
		for i := range s.Deployers {
			d := &s.Deployers[i]
			if d.Tool == ArgoCD && !d.Template && !d.Unlisted {
				order, _ := claims.Of(d)
				for _, id := range order {
					visit(d, id)
				}
			}
		}
	}
	each(func(d *Deployer, id dupcheck.ID) {
		if servers[id] == nil && strings.Contains(d.Destination.Server, "://") && !slices.Contains(inCluster, d.Destination.Server) {
			servers[id] = d
		}
	})
	each(func(d *Deployer, id dupcheck.ID) {
		other := servers[id]
		if other == nil || !byName(d) || met[d.Destination.Name] {
			return
		}
		met[d.Destination.Name] = true
		name, server := dupcheck.QuoteAlways(d.Destination.Name), dupcheck.QuoteAlways(other.Destination.Server)
		told = append(told, fmt.Sprintf("%s deploys %s to the cluster %s, and %s to the server %s: kuniq takes them for two clusters; "+
			"if they are one, say so with --same-cluster NAME=SERVER, and if not, name the server of %s in the clusters of kuniq.yaml",
			d.Name(), ShortName(id), name, other.Name(), server, name))
	})
	return told
}

// TellingSet returns the glob of sets that makes a set of each of some sibling
// directories. It is empty if the files (at least one) are not in such directories, or if
// a name has a special character of globs.
func TellingSet(files []string) string {
	first := strings.Split(files[0], "/")
	at := -1
	for _, name := range files[1:] {
		parts := strings.Split(name, "/")
		i := 0
		for i < min(len(first), len(parts))-1 && first[i] == parts[i] {
			i++
		}
		if i >= min(len(first), len(parts))-1 || at >= 0 && at != i {
			return ""
		}
		at = i
	}
	if at < 0 || first[0] == "" || strings.ContainsAny(strings.Join(first[:at], ""), "*?[{'\\") {
		return ""
	}
	return path.Join(append(slices.Clone(first[:at]), "{name}")...)
}
