package manifest

import (
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// annotate fills in the annotations that are known by name, and the origin
// that one of them gives.
func (x *extraction) annotate(o *object) {
	annotations := o.fields[outline.FieldAnnotations]
	if annotations.shape() != shapeMapping {
		return
	}
	for e := range annotations.value.entries {
		if !x.spend() {
			return
		}
		if !slices.Contains(outline.Annotations, e.key) || e.value.shape() != shapeText {
			continue
		}
		if o.Annotations == nil {
			o.Annotations = map[string]string{}
		}
		o.Annotations[strings.Clone(e.key)] = strings.Clone(e.value.text())
	}
	o.At.Origin = origin(o.Annotations)
}

// origin returns the file that a rendered object names as its source. kustomize writes it
// with buildMetadata: [originAnnotations], as YAML with the fields path, repo, ref,
// configuredIn and configuredBy (kustomize, api/resource/origin.go). kubecfg
// --show-provenance writes a file, and the path to the object in it. Helm 4 gives a
// post-renderer the template (helm, pkg/action/action.go).
func origin(annotations map[string]string) string {
	fields := map[string]string{}
	for line := range strings.Lines(annotations["config.kubernetes.io/origin"]) {
		if key, value, ok := strings.Cut(line, ":"); ok {
			fields[key] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	file := fields["path"]
	if file == "" {
		file = fields["configuredIn"] // of an object that a generator made
	}
	if file == "" {
		file = annotations["postrenderer.helm.sh/postrender-filename"]
	}
	if file == "" {
		return strings.TrimSpace(annotations["kubecfg.github.com/provenance-file"] + " " + annotations["kubecfg.github.com/provenance-path"])
	}
	if repo := fields["repo"]; repo != "" {
		file += " of " + repo
		if ref := fields["ref"]; ref != "" {
			file += " at " + ref
		}
	}
	return file
}
