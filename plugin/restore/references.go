package restore

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// builtIn are the namespaces that every cluster has.
var builtIn = []string{"", "default", "kube-system", "kube-public", "kube-node-lease"}

// referencesOf returns the objects that an object needs in order to work.
func referencesOf(id dupcheck.ID, content any) []dupcheck.ID {
	var out []dupcheck.ID
	if !slices.Contains(builtIn, id.Namespace) {
		out = append(out, dupcheck.ID{Kind: namespaceKind.Kind, Name: id.Namespace})
	}
	if id.GroupKind() == statefulSetKind {
		out = append(out, generatedClaims(id, content)...)
	}
	add := func(content any, to []reference) {
		for _, r := range to {
			follow(content, r.path, func(name string) {
				other, err := dupcheck.NewID(dupcheck.Rules{}, r.apiVersion, r.kind, id.Namespace, name)
				if err == nil && !(r.kind == "ServiceAccount" && name == "default") { // created with the namespace
					out = append(out, other)
				}
			})
		}
	}
	add(content, facts().references[id.GroupKind()])
	if pods := facts().kinds[id.GroupKind()].pods; pods != nil {
		add(look(content, pods...), facts().references[podSpec])
	}
	return out
}

// follow calls found for each string at the end of a path that leads through all elements of
// lists, unless the mapping around it says that it is optional.
func follow(value any, path []string, found func(string)) {
	switch v := value.(type) {
	case string:
		if len(path) == 0 && v != "" {
			found(v)
		}
	case []any:
		for _, element := range v {
			follow(element, path, found)
		}
	case map[string]any:
		if optional, _ := v["optional"].(bool); len(path) > 1 || len(path) == 1 && !optional {
			follow(v[path[0]], path[1:], found)
		}
	}
}

// created returns the Secret that a controller makes from an object, or "".
func created(id dupcheck.ID, content any) (name string) {
	for _, path := range facts().creators[id.GroupKind()] {
		follow(content, path, func(s string) {
			if name == "" {
				name = s
			}
		})
	}
	return name
}
