package dupcheck

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Contents are compared within limits, because aliases can make a small file
// as large as they like. A value takes a hundred bytes and more.
const (
	mostNodes      = 500_000    // values in one content; a server stores 1.5 MB
	mostDistinct   = 2_000_000  // values in the different contents of one object
	mostNodesInRun = 20_000_000 // values compared in one report, and
	nodesPerObject = 10_000     // so many more for every object that was added
	nodesOfFailure = 500_000    // nodes that an unreadable content counts for
)

// comparison is the result of comparing the contents of several declarations.
type comparison struct {
	identical bool
	failed    string // why they were not compared
	paths     []string
	more      int
	values    []Difference
}

// contents are the distinct contents of several declarations, and for every declaration
// the index of its own. It keeps only one of equal copies, because there may be hundreds.
type contents struct {
	distinct []any
	of       []int
	nodes    int // in distinct
}

// compare compares all declarations of one object at once, so that the result does not
// depend on their order.
func (r *run) compare(c *collision) comparison {
	if compared, ok := r.changes(c); ok {
		return compared
	}
	all, failure := r.contents(c)
	if failure != "" {
		return comparison{failed: failure}
	}
	if len(all.distinct) == 1 {
		return comparison{identical: true}
	}
	d := differ{show: r.rules.ShowValues && !r.secret(c.ID, c.objects, all.distinct)}
	d.walk(all.distinct)
	return d.result(all.of)
}

// changes is compare for contents that can be compared without their values: two, or any
// number that are all the same. If values are to be shown, it returns false for contents that differ.
func (r *run) changes(c *collision) (compared comparison, ok bool) {
	first, ok := r.objects.record(c.objects[0]).body.(interface{ Changes(Body) ([]Change, bool) })
	d := differ{found: r.found[:0]}
	for i := 1; i < len(c.objects) && ok; i++ {
		var all []Change
		all, ok = first.Changes(r.objects.record(c.objects[i]).body)
		ok = ok && (len(all) == 0 || len(c.objects) == 2 && !r.rules.ShowValues)
		for _, change := range all {
			if !change.ofProvenance() && !equalLeaves(change.One, change.Other) {
				d.path = change.Path
				d.differ(nil)
			}
		}
	}
	r.found = d.found
	return d.result(nil), ok
}

// ofProvenance says whether withoutProvenance removes the field.
func (c *Change) ofProvenance() bool {
	return len(c.Path) == 3 && c.Path[0].Key == "metadata" && c.Path[1].Key == "annotations" && isProvenance(c.Path[2].Key)
}

// contents reads the contents of objects, or returns the reason why they cannot be
// compared. It goes by position and not by the order of the objects, or the reason might
// differ.
func (r *run) contents(c *collision) (contents, string) {
	out := contents{of: make([]int, len(c.objects))}
	byPlace := make([]int, len(c.objects))
	for i := range byPlace {
		byPlace[i] = i
	}
	slices.SortStableFunc(byPlace, func(a, b int) int { return comparePlaces(&c.places[a], &c.places[b]) })
	var failures []string
	for _, i := range byPlace {
		if r.nodes < 0 {
			return out, "there is too much to compare in this input"
		}
		value, failure := r.content(r.objects.record(c.objects[i]).body)
		value = r.rules.withoutDefault(c.ID, value)
		if failure != "" {
			failures = append(failures, failure)
			continue
		}
		nodes := count(value, mostNodes)
		r.nodes -= nodes
		if nodes >= mostNodes || !out.add(i, withoutProvenance(value), nodes) {
			return out, "they are too large"
		}
	}
	if len(failures) > 0 {
		return out, slices.Min(failures)
	}
	return out, ""
}

// add adds the content of a declaration, and returns false if that is too much. It
// compares a content only with the first few others, which is enough for many copies.
func (c *contents) add(i int, value any, nodes int) bool {
	for k, known := range c.distinct[:min(len(c.distinct), 4)] {
		if equal(known, value) {
			c.of[i] = k
			return true
		}
	}
	c.of[i] = len(c.distinct)
	c.distinct = append(c.distinct, value)
	c.nodes += nodes
	return c.nodes < mostDistinct
}

// secret reports whether values must not be shown: of a Secret, of an object that may be
// meant as one, and of an object that contains one.
func (r *run) secret(id ID, indexes []int32, contents []any) bool {
	if isSecret(id.Kind) || slices.ContainsFunc(contents, holdsSecret) {
		return true
	}
	return slices.ContainsFunc(indexes, func(i int32) bool { return secretObject(r.objects.at(i)) })
}

// secretObject reports whether one of the kinds of an object is Secret.
func secretObject(o *Object) bool {
	return isSecret(o.Kind) || slices.ContainsFunc(o.ReaderFindings, func(d Diagnostic) bool {
		return slices.ContainsFunc(d.Declarations, func(at Declaration) bool { return isSecret(at.Kind) })
	})
}

// isSecret says whether a kind is Secret, its list, or a misspelling of these.
func isSecret(kind string) bool {
	kind = strings.TrimSpace(kind)
	return strings.EqualFold(kind, "Secret") || strings.EqualFold(kind, "SecretList")
}

func holdsSecret(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		kind, _ := v["kind"].(string)
		if isSecret(kind) {
			return true
		}
		for _, field := range v {
			if holdsSecret(field) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsSecret)
	}
	return false
}

// content returns the content of an object, or the reason why it has none.
func (r *run) content(body Body) (value any, failure string) {
	if body == nil {
		return nil, "the content is not known"
	}
	value, err := body.Value()
	var unread *Unread
	switch {
	case err == nil:
		return value, ""
	case errors.As(err, &unread):
		r.report.Unread = append(r.report.Unread, *unread)
		return nil, Quote(Brief(unread.Reason))
	}
	r.nodes -= nodesOfFailure
	return nil, Quote(Brief(err.Error()))
}

// count returns the number of values inside a value, itself included, or the
// limit if there are more.
func count(value any, limit int) int {
	n := 1
	switch v := value.(type) {
	case map[string]any:
		for _, field := range v {
			if n >= limit {
				break
			}
			n += count(field, limit-n)
		}
	case []any:
		for _, element := range v {
			if n >= limit {
				break
			}
			n += count(element, limit-n)
		}
	}
	return n
}

// provenance are annotations that only say where an object came from. Two copies of one
// object differ in them, and no server behaves differently. An entry that ends in "/" is
// a prefix.
var provenance = []string{
	"config.kubernetes.io/index", "config.kubernetes.io/origin", "config.kubernetes.io/path",
	"config.k8s.io/id", "internal.config.kubernetes.io/", "kustomize.config.k8s.io/id",
	"kubecfg.github.com/provenance-file", "kubecfg.github.com/provenance-path",
	"postrenderer.helm.sh/postrender-filename",
}

// withoutProvenance returns the value without the annotations that only say where it came
// from. It copies the parts that it changes.
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

// withoutDefault returns the content of an object without its namespace if that is the
// default one: whether the object names it makes no difference. It copies the parts that
// it changes.
func (r *Rules) withoutDefault(id ID, value any) any {
	object, _ := value.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	if _, named := metadata["namespace"]; !named || id.Namespace == "" || r.NamespaceOf == nil && id.Namespace != r.DefaultNamespace {
		return value
	}
	object, metadata = maps.Clone(object), maps.Clone(metadata)
	delete(metadata, "namespace")
	object["metadata"] = metadata
	return object
}

func isProvenance(key string) bool {
	return slices.ContainsFunc(provenance, func(p string) bool {
		return key == p || strings.HasSuffix(p, "/") && strings.HasPrefix(key, p)
	})
}
