package jsonnethook

import "github.com/kuniq/kuniq/dupcheck"

// Placed is an object in the value of a program.
type Placed struct {
	// Object has the jsonnet path in its position, and the content as its
	// Body.
	dupcheck.Object
	// Environment is the name of the Tanka Environment around it, with its
	// namespace in front if it has one, or empty outside of any.
	Environment string
	// DefaultNamespace is the namespace that the Environment gives to objects without a
	// namespace. It is never empty inside of one.
	DefaultNamespace string
}

// Objects returns the objects in the value of one program, as [Collector.Add] finds them,
// for callers with a check of their own. It also returns the parts that could not be
// understood. If something in the tree is no object and can hold none, the error is a
// [*LeafError].
func Objects(source string, tree any) ([]Placed, []dupcheck.Unread, error) {
	w := walk{source: source}
	if err := w.value(tree, &step{index: -1}, nil); err != nil {
		return nil, nil, err
	}
	var c Collector // for unread parts
	var out []Placed
	for _, f := range w.found {
		for o := range c.objects(source, f, func(at *dupcheck.Position) { at.Path = join(f.at, at.Path) }) {
			p := Placed{Object: o}
			if e := f.environment; e != nil {
				p.Environment, p.DefaultNamespace = e.fullName(), e.defaultNamespace
			}
			out = append(out, p)
		}
	}
	return out, c.unread, nil
}

// join is the path of an item of a List that stands somewhere.
func join(at *step, item string) string {
	path := at.String()
	if item != "" {
		path += "." + item
	}
	return path
}

func (e *environment) fullName() string {
	if e.namespace != "" {
		return e.namespace + "/" + e.name
	}
	return e.name
}
