package gitops

import (
	"encoding/json"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// The fields of Argo CD's objects that decide about what is deployed or
// deleted, as in argo-cd v3.6 pkg/apis/application/v1alpha1. All others are
// ignored; one of these with a wrong type is a [Problem], since an API server
// refuses the object.
type (
	// Application deploys objects to one cluster.
	Application struct {
		Head
		Spec ApplicationSpec `json:"spec"`
		// CreatedBy is the ApplicationSet that generated it, if any.
		CreatedBy *ApplicationSet `json:"-"`
	}
	// ApplicationSpec says what to deploy, where, and how.
	ApplicationSpec struct {
		Project     string      `json:"project"`
		Source      *Source     `json:"source"`
		Sources     []Source    `json:"sources"`
		Destination Destination `json:"destination"`
		SyncPolicy  *SyncPolicy `json:"syncPolicy"`
		Hydrator    *Hydrator   `json:"sourceHydrator"`
	}
	// Hydrator renders a source into a branch from which the Application is deployed.
	Hydrator struct {
		DrySource  Source `json:"drySource"`
		SyncSource struct {
			TargetBranch string `json:"targetBranch"`
			Path         string `json:"path"`
		} `json:"syncSource"`
	}
	// Source is where manifests come from.
	Source struct {
		// Plugin is a program that renders; kuniq does not run it.
		RepoURL        string          `json:"repoURL"`
		Path           string          `json:"path"`
		TargetRevision string          `json:"targetRevision"`
		Chart          string          `json:"chart"`
		Ref            string          `json:"ref"`
		Name           string          `json:"name"`
		Helm           *Helm           `json:"helm"`
		Kustomize      *Kustomize      `json:"kustomize"`
		Directory      *Directory      `json:"directory"`
		Plugin         json.RawMessage `json:"plugin"`
	}
	// Helm is how to render a chart.
	Helm struct {
		ReleaseName             string          `json:"releaseName"`
		Namespace               string          `json:"namespace"`
		Values                  string          `json:"values"`
		ValuesObject            json.RawMessage `json:"valuesObject"`
		ValueFiles              []string        `json:"valueFiles"`
		IgnoreMissingValueFiles bool            `json:"ignoreMissingValueFiles"`
		Parameters              []HelmParameter `json:"parameters"`
		FileParameters          []FileParameter `json:"fileParameters"`
		SkipCRDs                bool            `json:"skipCrds"`
		SkipTests               bool            `json:"skipTests"`
		Version                 string          `json:"version"`
		KubeVersion             string          `json:"kubeVersion"`
		APIVersions             []string        `json:"apiVersions"`
	}
	// HelmParameter is one value of a chart.
	HelmParameter struct {
		Name        string `json:"name"`
		Value       string `json:"value"`
		ForceString bool   `json:"forceString"`
	}
	// FileParameter is one value of a chart that is the content of a file.
	FileParameter struct {
		Name string `json:"name"`
		Path string `json:"path"`
	}
	// Kustomize is what is changed in a kustomization before it is built.
	Kustomize struct {
		NamePrefix              string             `json:"namePrefix"`
		NameSuffix              string             `json:"nameSuffix"`
		Namespace               string             `json:"namespace"`
		Images                  []string           `json:"images"`
		Replicas                []KustomizeReplica `json:"replicas"`
		Components              []string           `json:"components"`
		IgnoreMissingComponents bool               `json:"ignoreMissingComponents"`
		Patches                 []json.RawMessage  `json:"patches"`
		CommonLabels            map[string]string  `json:"commonLabels"`
		CommonAnnotations       map[string]string  `json:"commonAnnotations"`
		// CommonAnnotationsEnvsubst puts variables into the annotations, as they
		// always are into the labels.
		CommonAnnotationsEnvsubst bool   `json:"commonAnnotationsEnvsubst"`
		LabelWithoutSelector      bool   `json:"labelWithoutSelector"`
		LabelIncludeTemplates     bool   `json:"labelIncludeTemplates"`
		Version                   string `json:"version"`
		// KubeVersion and APIVersions are what charts of the kustomization see of the
		// cluster.
		KubeVersion string   `json:"kubeVersion"`
		APIVersions []string `json:"apiVersions"`
	}
	// KustomizeReplica is how many replicas something has, as a number or a
	// string.
	KustomizeReplica struct {
		Name  string          `json:"name"`
		Count json.RawMessage `json:"count"`
	}
	// Directory is how to read plain manifests and jsonnet.
	Directory struct {
		Recurse bool    `json:"recurse"`
		Include string  `json:"include"`
		Exclude string  `json:"exclude"`
		Jsonnet Jsonnet `json:"jsonnet"`
	}
	// Jsonnet is how to evaluate jsonnet.
	Jsonnet struct {
		ExtVars []JsonnetVar `json:"extVars"`
		TLAs    []JsonnetVar `json:"tlas"`
		Libs    []string     `json:"libs"`
	}
	// JsonnetVar is an external variable or a top-level argument.
	JsonnetVar struct {
		Name  string `json:"name"`
		Value string `json:"value"`
		Code  bool   `json:"code"`
	}
	// Destination is a cluster and a namespace.
	Destination struct {
		Server    string `json:"server"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	}
	// SyncPolicy is how it is deployed.
	SyncPolicy struct {
		Automated   *Automated `json:"automated"`
		SyncOptions []string   `json:"syncOptions"`
	}
	// Automated is what happens without a user asking.
	Automated struct {
		Prune      bool  `json:"prune"`
		SelfHeal   bool  `json:"selfHeal"`
		AllowEmpty bool  `json:"allowEmpty"`
		Enabled    *bool `json:"enabled"`
	}
	// AppProject says what its Applications may do.
	AppProject struct {
		Head
		Spec struct {
			SourceNamespaces []string      `json:"sourceNamespaces"`
			Destinations     []Destination `json:"destinations"`
		} `json:"spec"`
	}
	// ApplicationSet generates Applications.
	ApplicationSet struct {
		Head
		Spec ApplicationSetSpec `json:"spec"`
	}
	// ApplicationSetSpec is the template and where its parameters come from.
	ApplicationSetSpec struct {
		GoTemplate        bool              `json:"goTemplate"`
		GoTemplateOptions []string          `json:"goTemplateOptions"`
		Generators        []json.RawMessage `json:"generators"`
		Template          json.RawMessage   `json:"template"`
		TemplatePatch     *string           `json:"templatePatch"`
		SyncPolicy        *SetPolicy        `json:"syncPolicy"`
		Ignored           []IgnoredFields   `json:"ignoreApplicationDifferences"`
	}
	// IgnoredFields are fields of Applications that stay as they are in the cluster
	// when their set changes.
	IgnoredFields struct {
		JSONPointers      []string `json:"jsonPointers"`
		JQPathExpressions []string `json:"jqPathExpressions"`
	}
	// SetPolicy says what an ApplicationSet does with its Applications.
	SetPolicy struct {
		PreserveResourcesOnDeletion bool   `json:"preserveResourcesOnDeletion"`
		ApplicationsSync            string `json:"applicationsSync"`
	}
)

// All returns the sources of an Application: Argo CD ignores spec.source if
// there are spec.sources.
func (s ApplicationSpec) All() []Source {
	if len(s.Sources) > 0 || s.Source == nil {
		return s.Sources
	}
	return []Source{*s.Source}
}

// SourcePath returns the field of the source that All returns at an index.
func (s ApplicationSpec) SourcePath(i int) []string {
	if len(s.Sources) > 0 {
		return []string{"spec", "sources", strconv.Itoa(i)}
	}
	return []string{"spec", "source"}
}

// Dir returns the path of the source from the top of the repository, in the form
// that package fs wants.
func (s Source) Dir() string { return CleanDir(s.Path) }

// HasPlugin says whether a plugin renders the source.
func (s Source) HasPlugin() bool { return len(s.Plugin) > 0 && string(s.Plugin) != "null" }

// Types says how many ways of rendering the source names. Argo CD refuses more
// than one.
func (s Source) Types() (n int) {
	for _, named := range []bool{s.Helm != nil, s.Kustomize != nil, s.Directory != nil, s.HasPlugin()} {
		if named {
			n++
		}
	}
	return n
}

// CleanDir returns a path as Argo CD and Flux read it, which may begin with "./"
// or "/": from the top of the repository, in the form that package fs wants.
func CleanDir(dir string) string { return path.Clean("./" + strings.TrimLeft(dir, "/")) }

// manifestName matches the files of a directory that Argo CD reads
// (reposerver/repository, manifestFile).
var manifestName = regexp.MustCompile(`^.*\.(yaml|yml|json|jsonnet)$`)

// Selects says whether Argo CD reads a file below the directory root (argo-cd
// v3.6 reposerver/repository/repository.go, findManifests): without recurse only
// those of the directory itself. Patterns are matched against the path below the
// directory, and their wildcards match slashes.
func (d Directory) Selects(root, name string) bool {
	rel := name
	if root != "." {
		var below bool
		if rel, below = strings.CutPrefix(name, root+"/"); !below {
			return false
		}
	}
	return manifestName.MatchString(path.Base(name)) && (d.Recurse || !strings.Contains(rel, "/")) &&
		(d.Exclude == "" || !MatchesAll(d.Exclude, rel)) &&
		(d.Include == "" || MatchesAll(d.Include, rel))
}

// MatchesAll matches a pattern whose wildcards stand for any characters, slashes
// included.
func MatchesAll(pattern, name string) bool {
	hide := strings.NewReplacer("/", "\x01")
	return doublestar.MatchUnvalidated(hide.Replace(pattern), hide.Replace(name))
}
