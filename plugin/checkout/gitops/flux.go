package gitops

import (
	"encoding/json"

	"github.com/kuniq/kuniq/dupcheck"
)

// Kustomization deploys a directory (kustomize-controller, api/v1).
type Kustomization struct {
	Head
	Spec struct {
		Path            string          `json:"path"`
		SourceRef       Reference       `json:"sourceRef"`
		TargetNamespace string          `json:"targetNamespace"`
		KubeConfig      json.RawMessage `json:"kubeConfig"`
		Prune           bool            `json:"prune"`
		Suspend         bool            `json:"suspend"`
		DeletionPolicy  string          `json:"deletionPolicy"`
		// The fields that change the objects may hold secrets.
		PostBuild      json.RawMessage `json:"postBuild"`
		Patches        json.RawMessage `json:"patches"`
		Components     json.RawMessage `json:"components"`
		Images         json.RawMessage `json:"images"`
		CommonMetadata json.RawMessage `json:"commonMetadata"`
		NamePrefix     string          `json:"namePrefix"`
		NameSuffix     string          `json:"nameSuffix"`
	} `json:"spec"`
}

// HelmRelease deploys a chart (helm-controller, api/v2).
type HelmRelease struct {
	Head
	Spec struct {
		Chart struct {
			Spec struct {
				Chart       string    `json:"chart"`
				Version     string    `json:"version"`
				SourceRef   Reference `json:"sourceRef"`
				ValuesFiles []string  `json:"valuesFiles"`
			} `json:"spec"`
		} `json:"chart"`
		ChartRef        Reference       `json:"chartRef"`
		ReleaseName     string          `json:"releaseName"`
		TargetNamespace string          `json:"targetNamespace"`
		KubeConfig      json.RawMessage `json:"kubeConfig"`
		Suspend         bool            `json:"suspend"`
		Values          json.RawMessage `json:"values"`
		ValuesFrom      json.RawMessage `json:"valuesFrom"`
		PostRenderers   json.RawMessage `json:"postRenderers"`
	} `json:"spec"`
}

// Reference names another object.
type Reference struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// String returns the reference as "Kind namespace/name", and "" if it names
// nothing.
func (r Reference) String() string {
	if r.Name == "" {
		return ""
	}
	return dupcheck.ID{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}.String()
}
