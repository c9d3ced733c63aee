package restore

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// volume is a PersistentVolume, decoded.
type volume struct {
	*object
	disk   disk
	source string
	// claim is the claim that claimRef names, if any, and claimUID the uid there.
	claim    dupcheck.ID
	claimUID string
	uid      string
	policy   string
	phase    string
	class    string
}

// claim is a PersistentVolumeClaim, decoded.
type claim struct {
	*object
	volume string // spec.volumeName
	uid    string
	phase  string
	class  string
	// hasClass says that the claim names a class, even if it is empty.
	hasClass bool
}

const betaClass = "volume.beta.kubernetes.io/storage-class"

// newVolume decodes a volume, or refuses it and returns nil.
func newVolume(o *object, f *findings) *volume {
	v := &volume{
		object: o, uid: o.text("metadata", "uid"), policy: o.text("spec", "persistentVolumeReclaimPolicy"),
		phase: o.text("status", "phase"), class: cmp.Or(o.annotation(betaClass), o.text("spec", "storageClassName")),
		claimUID: o.text("spec", "claimRef", "uid"),
	}
	if !o.wellFormed(f, "spec.claimRef", "spec.claimRef.namespace", "spec.claimRef.name", "spec.claimRef.uid", "spec.persistentVolumeReclaimPolicy") {
		return nil
	}
	spec, _ := look(o.value, "spec").(map[string]any)
	var why string
	if v.disk, v.source, why = diskOf(spec); why != "" {
		f.refuse(Malformed, o, "", "%s", why)
		return nil
	}
	if look(o.value, "spec", "claimRef") != nil {
		v.claim = dupcheck.ID{Kind: claimKind.Kind, Namespace: o.text("spec", "claimRef", "namespace"), Name: o.text("spec", "claimRef", "name")}
		if kind := o.text("spec", "claimRef", "kind"); !legal(v.claim.Namespace) || !legal(v.claim.Name) || kind != "" && kind != claimKind.Kind {
			f.refuse(Malformed, o, "", "has a claimRef that names no claim")
			return nil
		}
	}
	return v
}

// newClaim decodes a claim, or refuses it and returns nil.
func newClaim(o *object, f *findings) *claim {
	c := &claim{object: o, volume: o.text("spec", "volumeName"), uid: o.text("metadata", "uid"), phase: o.text("status", "phase")}
	if f != nil && !o.wellFormed(f, "spec.volumeName") {
		return nil
	}
	if f != nil && o.id.Namespace == "" {
		f.refuse(Malformed, o, "say which namespace such claims are in", "names no namespace").Option = OptionNamespace
		return nil
	}
	c.class = cmp.Or(o.annotation(betaClass), o.text("spec", "storageClassName"))
	c.hasClass = o.annotation(betaClass) != "" || look(o.value, "spec", "storageClassName") != nil
	return c
}

// legalName matches the names that Kubernetes allows for volumes, claims and namespaces: a
// DNS subdomain. Such a name needs no quotes in a shell.
var legalName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

func legal(name string) bool { return len(name) <= 253 && legalName.MatchString(name) }

// wellFormed refuses an object in which an important field has the wrong type. metadata and
// spec are mappings, claimRef and annotations too if they are present, and all others are
// strings.
func (o *object) wellFormed(f *findings, fields ...string) bool {
	fields = append(fields, "metadata", "spec", "metadata.uid", "metadata.annotations", "metadata.resourceVersion",
		"spec.storageClassName", "spec.volumeMode", "status.phase")
	paths := [][]string{{"metadata", "annotations", betaClass}}
	for _, field := range fields {
		paths = append(paths, strings.Split(field, "."))
	}
	for _, path := range paths {
		value, last := look(o.value, path...), path[len(path)-1]
		_, isMapping := value.(map[string]any)
		_, isText := value.(string)
		good := isText
		switch last {
		case "metadata", "spec", "claimRef", "annotations":
			good = isMapping
		}
		if !good && (value != nil || last == "metadata" || last == "spec") {
			f.refuse(Malformed, o, "", "%s is of the wrong type", strings.Join(path, "."))
			return false
		}
	}
	if !legal(o.id.Name) || o.id.Namespace != "" && !legal(o.id.Namespace) {
		f.refuse(Malformed, o, "", "has a name that no API server accepts")
		return false
	}
	return true
}

// mode returns the volume mode. The default is Filesystem.
func mode(o *object) string { return cmp.Or(o.text("spec", "volumeMode"), "Filesystem") }

// shareable says that the volume is made for many nodes, like file systems on a network.
func (v *volume) shareable() bool {
	modes := texts(look(v.value, "spec", "accessModes"))
	return len(modes) > 0 && !slices.ContainsFunc(modes, func(m string) bool {
		return m != "ReadWriteMany" && m != "ReadOnlyMany"
	})
}

// nodes returns the labels of the nodes that can use the volume, such as "topology.kubernetes.io/zone in eu-central-1a".
func (v *volume) nodes() []string {
	out := []string{}
	terms, _ := look(v.value, "spec", "nodeAffinity", "required", "nodeSelectorTerms").([]any)
	for _, term := range terms {
		expressions, _ := look(term, "matchExpressions").([]any)
		for _, e := range expressions {
			key, _ := look(e, "key").(string)
			out = append(out, key+" in "+strings.Join(texts(look(e, "values")), ", "))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
