package dupcheck

// IDs returns the identities of the objects added so far, in the order in
// which they were added, as the rules and the CRDs among the objects make them
// out. An object without an identity has an ID without a name; one that only
// lacks a name, such as one with generateName, still has its group, kind and
// namespace.
func (c *Checker) IDs() []ID {
	crds := c.objects.crds()
	ids := make([]ID, c.objects.len())
	for i, o := range c.objects.all() {
		ids[i] = crds.identify(o, &c.Rules).id
	}
	return ids
}
