package dupcheck

import "iter"

// IDs returns the identities of the objects added so far, in the order in which they were
// added, by the rules and the CRDs among the objects. An object without an identity has
// an ID without a name; one that only lacks a name, such as one with generateName, still
// has its group, kind and namespace. An ID with a variable is as written: see
// ID.HasVariable.
func (c *Checker) IDs() []ID {
	ids := make([]ID, 0, c.objects.len())
	crds := c.objects.crds()
	for _, o := range c.objects.all() {
		ids = append(ids, crds.identify(o, &c.Rules).id)
	}
	return ids
}

// Objects yields the objects added so far, in that order, each with the identity that
// IDs gives it. They refer to the same Annotations and Body as the objects that were
// added.
func (c *Checker) Objects() iter.Seq2[ID, Object] {
	return func(yield func(ID, Object) bool) {
		crds := c.objects.crds()
		for _, o := range c.objects.all() {
			if !yield(crds.identify(o, &c.Rules).id, *o) {
				return
			}
		}
	}
}
