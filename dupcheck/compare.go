package dupcheck

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Contents are compared within limits, because aliases can make a small file
// as large as they like.
const (
	mostNodes      = 4_000_000  // values compared for one diagnostic
	mostNodesInRun = 20_000_000 // values compared for all of them, and for
	nodesPerObject = 10_000     // every object that was added, so many more
	nodesOfFailure = 500_000    // what a content counts for that could not be had
)

// comparison is what the contents of several declarations have in common.
type comparison struct {
	identical bool
	failed    string // why they were not compared
	paths     []string
	more      int
	values    []Difference
}

// compare compares all declarations of one object at once, so that the answer
// does not depend on their order.
func (r *run) compare(id ID, indexes []int32) comparison {
	if r.nodes < 0 {
		return comparison{failed: "there is too much to compare in this input"}
	}
	contents, nodes := make([]any, 0, len(indexes)), 0
	secret := id.Kind == "Secret"
	var failures []string
	for _, index := range indexes {
		o := r.objects.at(index)
		secret = secret || o.Kind == "Secret"
		value, failure := r.content(o)
		if failure != "" {
			failures = append(failures, failure)
			continue
		}
		nodes += count(value, mostNodes-nodes)
		contents = append(contents, withoutProvenance(value))
	}
	r.nodes -= nodes
	switch {
	case len(failures) > 0:
		return comparison{failed: slices.Min(failures)}
	case nodes >= mostNodes:
		return comparison{failed: "they are too large"}
	}
	d := differ{show: r.rules.ShowValues && !secret}
	d.walk(contents)
	return d.result()
}

// content returns the content of an object, or words that say why there is
// none.
func (r *run) content(o *Object) (value any, failure string) {
	if o.Body == nil {
		return nil, "the content is not known"
	}
	value, err := o.Body.Value()
	var unread *Unread
	switch {
	case err == nil:
		return value, ""
	case errors.As(err, &unread):
		r.report.Unread = append(r.report.Unread, *unread)
		return nil, Quote(brief(unread.Reason))
	}
	r.nodes -= nodesOfFailure
	return nil, Quote(brief(err.Error()))
}

// count returns the number of values inside a value, itself included, or the
// limit if there are more.
func count(value any, limit int) int {
	n := 1
	switch v := value.(type) {
	case map[string]any:
		for _, field := range v {
			if n >= limit {
				return limit
			}
			n += count(field, limit-n)
		}
	case []any:
		for _, element := range v {
			if n >= limit {
				return limit
			}
			n += count(element, limit-n)
		}
	}
	return n
}

// provenance are annotations that say where an object came from and are no
// part of it: two copies of one object differ in them, and no server's
// behaviour does. An entry that ends in "/" is a prefix.
var provenance = []string{
	"config.kubernetes.io/index", "config.kubernetes.io/origin", "config.kubernetes.io/path",
	"config.k8s.io/id", "internal.config.kubernetes.io/", "kustomize.config.k8s.io/id",
	"kubecfg.github.com/provenance-file", "kubecfg.github.com/provenance-path",
}

// withoutProvenance returns the value with no annotation that only says where
// it came from. It copies what it changes.
func withoutProvenance(value any) any {
	object, _ := value.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	kept := maps.Clone(annotations)
	maps.DeleteFunc(kept, func(key string, _ any) bool { return isProvenance(key) })
	if len(kept) == len(annotations) {
		return value
	}
	object, metadata = maps.Clone(object), maps.Clone(metadata)
	metadata["annotations"] = kept
	if len(kept) == 0 {
		delete(metadata, "annotations")
	}
	object["metadata"] = metadata
	return object
}

func isProvenance(key string) bool {
	return slices.ContainsFunc(provenance, func(p string) bool {
		return key == p || strings.HasSuffix(p, "/") && strings.HasPrefix(key, p)
	})
}
