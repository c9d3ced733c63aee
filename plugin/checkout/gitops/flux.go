package gitops

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"

	"github.com/kuniq/kuniq/dupcheck"
)

// The fields of Flux's objects that decide about what is deployed or deleted. All
// others are ignored; one of these with a wrong type is a [Problem], since an API
// server refuses the object.
type (
	// Kustomization deploys a directory (kustomize-controller v1.9, api/v1).
	Kustomization struct {
		Head
		Spec KustomizationSpec `json:"spec"`
	}
	// KustomizationSpec says what to deploy, where, and how.
	KustomizationSpec struct {
		Path                    string         `json:"path"`
		SourceRef               Reference      `json:"sourceRef"`
		TargetNamespace         string         `json:"targetNamespace"`
		KubeConfig              *KubeConfig    `json:"kubeConfig"`
		Prune                   bool           `json:"prune"`
		Suspend                 bool           `json:"suspend"`
		Force                   bool           `json:"force"`
		DeletionPolicy          string         `json:"deletionPolicy"`
		DependsOn               []Reference    `json:"dependsOn"`
		PostBuild               *PostBuild     `json:"postBuild"`
		Patches                 []Patch        `json:"patches"`
		Components              []string       `json:"components"`
		IgnoreMissingComponents bool           `json:"ignoreMissingComponents"`
		Images                  []Image        `json:"images"`
		CommonMetadata          CommonMetadata `json:"commonMetadata"`
		NamePrefix              string         `json:"namePrefix"`
		NameSuffix              string         `json:"nameSuffix"`
		BuildMetadata           []string       `json:"buildMetadata"`
		// Patches of versions before v1.
		PatchesStrategicMerge json.RawMessage `json:"patchesStrategicMerge"`
		PatchesJSON6902       json.RawMessage `json:"patchesJson6902"`
	}
	// KubeConfig names another cluster.
	KubeConfig struct {
		SecretRef    Reference `json:"secretRef"`
		ConfigMapRef Reference `json:"configMapRef"`
	}
	// PostBuild is what is put into the objects once they are built.
	PostBuild struct {
		Substitute     map[string]string `json:"substitute"`
		SubstituteFrom []Optional        `json:"substituteFrom"`
		// SubstituteStrategy is "Always" if it takes no variable to begin.
		SubstituteStrategy string `json:"substituteStrategy"`
	}
	// Optional is a reference to an object that need not be there.
	Optional struct {
		Reference
		Optional bool `json:"optional"`
	}
	// Patch changes the objects that its target selects.
	Patch struct {
		Patch  string       `json:"patch"`
		Target *PatchTarget `json:"target"`
	}
	// PatchTarget selects objects.
	PatchTarget struct {
		Group              string `json:"group"`
		Version            string `json:"version"`
		Kind               string `json:"kind"`
		Namespace          string `json:"namespace"`
		Name               string `json:"name"`
		AnnotationSelector string `json:"annotationSelector"`
		LabelSelector      string `json:"labelSelector"`
	}
	// Image replaces the name, tag or digest of an image.
	Image struct {
		Name    string `json:"name"`
		NewName string `json:"newName"`
		NewTag  string `json:"newTag"`
		Digest  string `json:"digest"`
	}
	// CommonMetadata is set on all objects in the end.
	CommonMetadata struct {
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	}
	// HelmRelease deploys a chart (helm-controller v1.6, api/v2).
	HelmRelease struct {
		Head
		Spec HelmReleaseSpec `json:"spec"`
	}
	// HelmReleaseSpec says which chart to deploy, where, and how.
	HelmReleaseSpec struct {
		Chart struct {
			Spec ChartSpec `json:"spec"`
		} `json:"chart"`
		ChartRef         Reference       `json:"chartRef"`
		ReleaseName      string          `json:"releaseName"`
		TargetNamespace  string          `json:"targetNamespace"`
		StorageNamespace string          `json:"storageNamespace"`
		KubeConfig       *KubeConfig     `json:"kubeConfig"`
		Suspend          bool            `json:"suspend"`
		Values           json.RawMessage `json:"values"`
		ValuesFrom       []ValuesFrom    `json:"valuesFrom"`
		PostRenderers    json.RawMessage `json:"postRenderers"`
		CommonMetadata   CommonMetadata  `json:"commonMetadata"`
		DependsOn        []Reference     `json:"dependsOn"`
		Install          struct {
			CRDs string `json:"crds"`
		} `json:"install"`
		Upgrade struct {
			ChartNameChangeStrategy string `json:"chartNameChangeStrategy"`
		} `json:"upgrade"`
	}
	// ChartSpec names a chart and its values.
	ChartSpec struct {
		Chart                    string    `json:"chart"`
		Version                  string    `json:"version"`
		SourceRef                Reference `json:"sourceRef"`
		ReconcileStrategy        string    `json:"reconcileStrategy"`
		ValuesFiles              []string  `json:"valuesFiles"`
		IgnoreMissingValuesFiles bool      `json:"ignoreMissingValuesFiles"`
	}
	// ValuesFrom is a ConfigMap or Secret with values.
	ValuesFrom struct {
		Optional
		ValuesKey  string `json:"valuesKey"`
		TargetPath string `json:"targetPath"`
	}
	// FluxSource is an object from which Kustomizations and HelmReleases take what
	// they deploy: a GitRepository, OCIRepository, Bucket, HelmRepository,
	// HelmChart, ExternalArtifact or ArtifactGenerator.
	FluxSource struct {
		Head
		Spec FluxSourceSpec `json:"spec"`
	}
	// FluxSourceSpec has the fields of all kinds (source-controller v1.9, api/v1).
	FluxSourceSpec struct {
		URL string `json:"url"`
		// Ref is that of a GitRepository or OCIRepository.
		Ref *SourceRef `json:"ref"`
		// Ignore has patterns. One that is nil is not the same as an empty one.
		Ignore            *string          `json:"ignore"`
		Include           []SourceInclude  `json:"include"`
		SparseCheckout    []string         `json:"sparseCheckout"`
		RecurseSubmodules bool             `json:"recurseSubmodules"`
		LayerSelector     *json.RawMessage `json:"layerSelector"`
		Type              string           `json:"type"`
		BucketName        string           `json:"bucketName"`
		Endpoint          string           `json:"endpoint"`
		Prefix            string           `json:"prefix"`
		ChartSpec
		// Sources, PathPattern and Artifacts are those of an ArtifactGenerator.
		Sources     []ArtifactSource `json:"sources"`
		PathPattern string           `json:"pathPattern"`
		Artifacts   []ArtifactSpec   `json:"artifacts"`
	}
	// ArtifactSource is what an ArtifactGenerator copies from (source-watcher v2,
	// api/v1beta1).
	ArtifactSource struct {
		Alias string `json:"alias"`
		Reference
	}
	// ArtifactSpec is an ExternalArtifact that an ArtifactGenerator makes.
	ArtifactSpec struct {
		Name string         `json:"name"`
		Copy []ArtifactCopy `json:"copy"`
	}
	// ArtifactCopy says which files of a source go where.
	ArtifactCopy struct {
		From     string   `json:"from"`
		To       string   `json:"to"`
		Exclude  []string `json:"exclude"`
		Strategy string   `json:"strategy"`
	}
	// FluxOperated is an object of which the operator of Flux makes others that are
	// not in git: a ResourceSet or a FluxInstance.
	FluxOperated struct {
		Head
		Spec FluxOperatedSpec `json:"spec"`
	}
	// FluxOperatedSpec has the fields of both (flux-operator v0.58, api/v1).
	FluxOperatedSpec struct {
		Inputs        json.RawMessage `json:"inputs"`
		InputsFrom    json.RawMessage `json:"inputsFrom"`
		InputStrategy json.RawMessage `json:"inputStrategy"`
		Resources     json.RawMessage `json:"resources"`
		Template      string          `json:"resourcesTemplate"`
		Steps         json.RawMessage `json:"steps"`
		Sync          json.RawMessage `json:"sync"`
		Kustomize     json.RawMessage `json:"kustomize"`
		Distribution  json.RawMessage `json:"distribution"`
		Components    json.RawMessage `json:"components"`
		Cluster       json.RawMessage `json:"cluster"`
		Storage       json.RawMessage `json:"storage"`
		Sharding      json.RawMessage `json:"sharding"`
	}
	// SourceRef says which revision of a repository is read.
	SourceRef struct {
		Branch       string `json:"branch"`
		Tag          string `json:"tag"`
		SemVer       string `json:"semver"`
		SemVerFilter string `json:"semverFilter"`
		Name         string `json:"name"`
		Commit       string `json:"commit"`
		Digest       string `json:"digest"`
	}
	// SourceInclude puts another repository into a directory.
	SourceInclude struct {
		Repository Reference `json:"repository"`
		FromPath   string    `json:"fromPath"`
		ToPath     string    `json:"toPath"`
	}
)

// fluxSources are the kinds of FluxSource, with the group of each.
var fluxSources = map[string]bool{
	SourceGroup + "/GitRepository": true, SourceGroup + "/OCIRepository": true, SourceGroup + "/Bucket": true,
	SourceGroup + "/HelmRepository": true, SourceGroup + "/HelmChart": true, SourceGroup + "/ExternalArtifact": true,
	SourceExtensionsGroup + "/ArtifactGenerator": true,
}

// SourceExtensionsGroup is that of ArtifactGenerator (source-watcher v2).
const SourceExtensionsGroup = "source.extensions.fluxcd.io"

// operatorGroup is that of the operator of Flux.
const operatorGroup = "fluxcd.controlplane.io"

// Cluster names the cluster of a kubeConfig, by the Secret or ConfigMap in the namespace
// of the object that has it. It is empty for that of Flux itself.
func (k *KubeConfig) Cluster(namespace string) string {
	if k == nil {
		return ""
	}
	return path.Join(namespace, k.SecretRef.Name+k.ConfigMapRef.Name)
}

// mostReleaseName is the limit of Helm.
const mostReleaseName = 53

// Release returns the name of the Helm release, and where Helm keeps it
// (helm-controller v1.6 api/v2, GetReleaseName and GetStorageNamespace, and
// internal/release/name.go, ShortenName).
func (r HelmRelease) Release() (storageNamespace, name string) {
	name = cmp.Or(r.Spec.ReleaseName, r.Metadata.Name)
	if r.Spec.ReleaseName == "" && r.Spec.TargetNamespace != "" {
		name = r.Spec.TargetNamespace + "-" + name
	}
	if len(name) > mostReleaseName {
		const kept, digits = 40, 12
		sum := sha256.Sum256([]byte(name))
		name = name[:kept] + "-" + hex.EncodeToString(sum[:])[:digits]
	}
	return cmp.Or(r.Spec.StorageNamespace, r.Metadata.Namespace), name
}

// Namespace returns the namespace of the release.
func (r HelmRelease) Namespace() string {
	return cmp.Or(r.Spec.TargetNamespace, r.Metadata.Namespace)
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
