package restore

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// nowhere finds what missing objects refer to and no inventory has.
func (c *comparison) nowhere() {
	makers := c.makers()
	found := map[dupcheck.ID]*Nowhere{}
	for _, m := range c.plan.Missing {
		for _, to := range references(m.ID, c.value(c.best(m.ID))) {
			if c.git[to] != nil || c.dump[to] != nil || c.now[to] != nil {
				continue
			}
			if before := found[to]; before == nil || m.ID.Compare(before.By) < 0 {
				found[to] = &Nowhere{ID: to, By: m.ID, Maker: makers[to]}
			}
		}
	}
	for _, n := range found {
		c.plan.Nowhere = append(c.plan.Nowhere, *n)
	}
}

// builtIn are namespaces that every cluster has.
var builtIn = []string{"", "default", "kube-system", "kube-public", "kube-node-lease"}

// references are the objects without which an object does not work.
func references(id dupcheck.ID, value any) []dupcheck.ID {
	r := refs{namespace: id.Namespace}
	if !slices.Contains(builtIn, id.Namespace) {
		r.ids = append(r.ids, dupcheck.ID{Kind: namespaceKind.Kind, Name: id.Namespace})
	}
	switch id.GroupKind() {
	case claimKind:
		if name, _ := look(value, "spec", "volumeName").(string); name != "" {
			r.ids = append(r.ids, dupcheck.ID{Kind: volumeKind.Kind, Name: name})
		}
		r.class(look(value, "spec", "storageClassName"))
	case volumeKind:
		r.class(look(value, "spec", "storageClassName"))
	case statefulSetKind:
		r.ids = append(r.ids, generatedClaims(id, value)...)
		templates, _ := look(value, "spec", "volumeClaimTemplates").([]any)
		for _, t := range templates {
			r.class(look(t, "spec", "storageClassName"))
		}
	}
	for _, path := range [][]string{
		{"spec", "template", "spec"},
		{"spec", "jobTemplate", "spec", "template", "spec"},
	} {
		if workloads[id.GroupKind()] {
			r.pod(look(value, path...))
		}
	}
	if id.GroupKind() == (dupcheck.GroupKind{Kind: "Pod"}) {
		r.pod(look(value, "spec"))
	}
	return r.ids
}

// refs collects references.
type refs struct {
	namespace string
	ids       []dupcheck.ID
}

func (r *refs) to(kind string, name any) {
	if s, _ := name.(string); s != "" {
		r.ids = append(r.ids, dupcheck.ID{Kind: kind, Namespace: r.namespace, Name: s})
	}
}

func (r *refs) class(name any) {
	if s, _ := name.(string); s != "" {
		r.ids = append(r.ids, dupcheck.ID{Group: classKind.Group, Kind: classKind.Kind, Name: s})
	}
}

// needed refers to a thing unless it may be missing.
func (r *refs) needed(kind string, from any, key string) {
	if optional, _ := look(from, "optional").(bool); !optional {
		r.to(kind, look(from, key))
	}
}

// pod collects what a pod cannot start without.
func (r *refs) pod(spec any) {
	if name := look(spec, "serviceAccountName"); name != "default" { // that one is made with the namespace
		r.to("ServiceAccount", name)
	}
	for _, s := range elements(look(spec, "imagePullSecrets")) {
		r.to("Secret", look(s, "name"))
	}
	for _, v := range elements(look(spec, "volumes")) {
		r.volume(v)
		for _, s := range elements(look(v, "projected", "sources")) {
			r.needed("ConfigMap", look(s, "configMap"), "name")
			r.needed("Secret", look(s, "secret"), "name")
		}
	}
	for _, kind := range []string{"initContainers", "containers"} {
		for _, container := range elements(look(spec, kind)) {
			r.container(container)
		}
	}
}

func (r *refs) volume(v any) {
	r.to(claimKind.Kind, look(v, "persistentVolumeClaim", "claimName"))
	r.needed("ConfigMap", look(v, "configMap"), "name")
	r.needed("Secret", look(v, "secret"), "secretName")
}

func (r *refs) container(container any) {
	for _, e := range elements(look(container, "envFrom")) {
		r.needed("ConfigMap", look(e, "configMapRef"), "name")
		r.needed("Secret", look(e, "secretRef"), "name")
	}
	for _, e := range elements(look(container, "env")) {
		r.needed("ConfigMap", look(e, "valueFrom", "configMapKeyRef"), "name")
		r.needed("Secret", look(e, "valueFrom", "secretKeyRef"), "name")
	}
}

func elements(value any) []any {
	list, _ := value.([]any)
	return list
}

// makers finds what controllers make Secrets from.
func (c *comparison) makers() map[dupcheck.ID]dupcheck.ID {
	out := map[dupcheck.ID]dupcheck.ID{}
	for _, known := range []map[dupcheck.ID]*Known{c.git, c.dump, c.now} {
		for id, k := range known {
			var name string
			switch id.GroupKind() {
			case dupcheck.GroupKind{Group: "bitnami.com", Kind: "SealedSecret"}:
				name = id.Name
			case dupcheck.GroupKind{Group: "external-secrets.io", Kind: "ExternalSecret"}:
				if name, _ = look(c.value(k), "spec", "target", "name").(string); name == "" {
					name = id.Name
				}
			case dupcheck.GroupKind{Group: "cert-manager.io", Kind: "Certificate"}:
				name, _ = look(c.value(k), "spec", "secretName").(string)
			}
			if name != "" {
				out[dupcheck.ID{Kind: "Secret", Namespace: id.Namespace, Name: name}] = id
			}
		}
	}
	return out
}
