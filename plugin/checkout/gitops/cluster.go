package gitops

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Cluster is a cluster that an Argo CD knows, as the Secret says that declares it.
// The credentials in the Secret are never looked at.
type Cluster struct {
	// Metadata is that of the Secret.
	Metadata Metadata
	// Name, Server and Project are its values. The server has no slash at the end.
	Name, Server, Project string
	// Unknown says that the values are elsewhere, or encrypted.
	Unknown bool
	// Object is the Secret, or what makes one.
	Object dupcheck.Object
}

// The label by which Argo CD knows the Secrets of its clusters, and its value.
const (
	ClusterLabel = ArgoDomain + "/secret-type"
	ClusterType  = "cluster"
)

// ArgoDomain is that of Argo CD's labels and annotations.
const ArgoDomain = "argocd.argoproj.io"

// lastApplied is where kubectl keeps a copy of a whole object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// clusterSecret has the parts of a Secret that are looked at.
type clusterSecret struct {
	Metadata Metadata `json:"metadata"`
	Data     struct {
		Name    []byte `json:"name"`
		Server  []byte `json:"server"`
		Project []byte `json:"project"`
	} `json:"data"`
	StringData struct {
		Name    *string `json:"name"`
		Server  *string `json:"server"`
		Project *string `json:"project"`
	} `json:"stringData"`
}

// DeclaresCluster says whether an object is the Secret of a cluster, or makes one,
// such as a SealedSecret or an ExternalSecret that has a template for it.
func DeclaresCluster(o dupcheck.Object) bool {
	if o.Body == nil || !strings.Contains(o.Kind, "Secret") {
		return false
	}
	value, err := o.Body.Value()
	return err == nil && hasClusterLabel(value)
}

func hasClusterLabel(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		if labels, ok := v["labels"].(map[string]any); ok && labels[ClusterLabel] == ClusterType {
			return true
		}
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), hasClusterLabel)
	case []any:
		return slices.ContainsFunc(v, hasClusterLabel)
	}
	return false
}

// addCluster adds the cluster that an object declares, if it does.
func (d *Declared) addCluster(o dupcheck.Object) {
	if !DeclaresCluster(o) {
		return
	}
	c := Cluster{Object: o, Unknown: true}
	value, _ := o.Body.Value() // it was read
	data, err := json.Marshal(value)
	var s clusterSecret
	if err == nil && o.APIVersion == "v1" && o.Kind == "Secret" && Unmarshal(data, &s) == nil {
		c.Metadata = s.Metadata
		delete(c.Metadata.Annotations, lastApplied) // which may hold the credentials
		text := func(plain *string, encoded []byte) string {
			if plain != nil {
				return *plain
			}
			return string(encoded)
		}
		c.Name, c.Project = text(s.StringData.Name, s.Data.Name), text(s.StringData.Project, s.Data.Project)
		c.Server = strings.TrimRight(text(s.StringData.Server, s.Data.Server), "/")
		c.Unknown = c.Name == "" || c.Server == "" || strings.HasPrefix(c.Name, "ENC[") || strings.HasPrefix(c.Server, "ENC[")
	}
	d.Clusters = append(d.Clusters, c)
}
