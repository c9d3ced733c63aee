package dupcheck

// declaredType is a type as manifests of a deployable set declare it.
type declaredType struct{ set, apiVersion, kind string }

// typed is the result of applying the rules to a declared type: all that is known about
// an object before its namespace and name.
type typed struct {
	declaredType
	malformed bool // apiVersion
	open      bool // the type depends on a variable
	config    bool // as in identity
	unstored  bool // no API server keeps objects of it
	written   GroupKind
	gk        GroupKind // after aliases
	measured  GroupKind // whose rules of names it is held to
	names     nameRow   // those of them that are in the table
	address   bool      // names are addresses
	scope     scope

	doubt, advice string // whether a server knows it

	hashed     bool // the following fields are set
	hash, near uint64
}

// mostTypes is how many types are remembered. No real input has so many.
const mostTypes = 4096

// typeOf applies the rules to the type of an object, once for all objects of that type.
func (c *crds) typeOf(o *Object, rules *Rules) *typed {
	key := declaredType{o.Set, o.APIVersion, o.Kind}
	if c.last != nil && c.last.declaredType == key {
		return c.last
	}
	t, ok := c.types[key]
	if !ok {
		t = c.newType(key, rules)
		if c.types == nil || len(c.types) == mostTypes {
			c.types = map[declaredType]*typed{}
		}
		c.types[key] = t
	}
	c.last = t
	return t
}

func (c *crds) newType(key declaredType, rules *Rules) *typed {
	t := &typed{declaredType: key}
	if gk, open := openType(key.apiVersion, key.kind); open {
		t.open, t.written, t.gk, t.measured = true, gk, gk, gk
		return t
	}
	gv, ok := parseAPIVersion(key.apiVersion)
	if !ok {
		t.malformed = true
		return t
	}
	f := theFacts()
	t.written = GroupKind{Group: gv.Group, Kind: key.kind}
	if t.config = f.config.has(key.apiVersion, t.written); t.config {
		return t
	}
	t.gk = rules.canonical(t.written)
	if builtin, ok := f.builtin[t.gk]; ok && !builtin.stored {
		t.unstored = true
		return t
	}
	if !c.define(key.set, t.gk) && substitution(gv.Version) < 0 {
		t.doubt, t.advice = f.doubt(key.apiVersion, gv, t.gk)
	}
	t.scope = c.scopeOf(key.set, t.gk, rules)
	t.measured = t.written
	if _, ok := f.names[t.measured]; !ok {
		t.measured = t.gk
	}
	t.names = nameRules(t.measured)
	t.address = t.measured == ipAddress
	return t
}
