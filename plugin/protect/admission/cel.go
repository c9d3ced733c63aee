package admission

import (
	"fmt"
	"strings"
)

// Expressions that several guards have in common. All of them call has() first: reading an
// absent field is an error, and an error refuses the request or, worse, lets it pass.

// annotated returns an expression: whether an object has an annotation with a value. The
// value is an expression itself.
func annotated(object, key, value string) string {
	return fmt.Sprintf(`(has(%[1]s.metadata.annotations) && '%[2]s' in %[1]s.metadata.annotations &&
  %[1]s.metadata.annotations['%[2]s'] == %[3]s)`, object, key, value)
}

const (
	// notControlled leaves out objects that a controller keeps in sync: it copies labels and
	// annotations of its owner to it, and deletes it with the owner.
	notControlled = `!has(oldObject.metadata.ownerReferences) ||
!oldObject.metadata.ownerReferences.exists(o, has(o.controller) && o.controller)`

	// resource is kubectl's name for the kind of an object.
	resource = `request.resource.resource + (request.resource.group == '' ? '' : '.' + request.resource.group)`

	// annotate is the beginning of the command that annotates an object.
	annotate = `'kubectl annotate --overwrite ' + ` + resource + ` +
(has(oldObject.metadata.namespace) ? ' -n ' + oldObject.metadata.namespace : '') + ' ' + oldObject.metadata.name + ' '`

	// subject is the object of a message.
	subject = `request.kind.kind + ' ' +
(has(oldObject.metadata.namespace) ? oldObject.metadata.namespace + '/' : '') + oldObject.metadata.name`

	// notGoing leaves out an object that is being deleted: another deletion request changes
	// nothing.
	notGoing = `!has(oldObject.metadata.deletionTimestamp)`

	// notOrphaned leaves out a deletion that keeps the dependents of the object.
	notOrphaned = `!has(request.options.propagationPolicy) || request.options.propagationPolicy != 'Orphan'`

	// namespaceGoes is true for an object that is deleted with its namespace, if that
	// deletion was acknowledged. Otherwise the namespace would be stuck. The uid was
	// compared when the namespace was deleted: namespaceObject has none.
	namespaceGoes = `namespaceObject != null && has(namespaceObject.metadata.deletionTimestamp) &&
has(namespaceObject.metadata.annotations) && '` + AllowDelete + `' in namespaceObject.metadata.annotations`
)

// notExempt leaves out requests of the break-glass group, and of some users.
func notExempt(users []string) expression {
	e := "!(has(request.userInfo.groups) && '" + BreakGlass + "' in request.userInfo.groups)"
	if len(users) > 0 {
		e += " &&\n!(request.userInfo.username in " + list(users) + ")"
	}
	return expression{"not-exempt", e}
}

// list is a list of strings. None of them has a quote or a backslash.
func list(items []string) string { return "['" + strings.Join(items, "', '") + "']" }
