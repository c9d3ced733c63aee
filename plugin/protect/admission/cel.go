package admission

import (
	"fmt"
	"strings"
)

// Expressions that several guards have in common. All of them ask has() first:
// the value of a field that is not there is an error, and an error refuses the
// request or, worse, lets it pass.

// annotated says whether an object has an annotation with a value, which is an
// expression itself.
func annotated(object, key, value string) string {
	return fmt.Sprintf(`(has(%[1]s.metadata.annotations) && '%[2]s' in %[1]s.metadata.annotations &&
  %[1]s.metadata.annotations['%[2]s'] == %[3]s)`, object, key, value)
}

const (
	// notControlled leaves out what a controller keeps as it is: it copies labels
	// and annotations of its owner to it, and deletes it with the owner.
	notControlled = `!has(oldObject.metadata.ownerReferences) ||
!oldObject.metadata.ownerReferences.exists(o, has(o.controller) && o.controller)`

	// resource is how kubectl calls the kind of an object.
	resource = `request.resource.resource + (request.resource.group == '' ? '' : '.' + request.resource.group)`

	// annotate is the beginning of the command that annotates an object.
	annotate = `'kubectl annotate --overwrite ' + ` + resource + ` +
(has(oldObject.metadata.namespace) ? ' -n ' + oldObject.metadata.namespace : '') + ' ' + oldObject.metadata.name + ' '`

	// subject is the object of a message.
	subject = `request.kind.kind + ' ' +
(has(oldObject.metadata.namespace) ? oldObject.metadata.namespace + '/' : '') + oldObject.metadata.name`

	// notGoing leaves out an object that is being deleted: another request to
	// delete it changes nothing.
	notGoing = `!has(oldObject.metadata.deletionTimestamp)`

	// notOrphaned leaves out a deletion that lets go of what the object owns.
	notOrphaned = `!has(request.options.propagationPolicy) || request.options.propagationPolicy != 'Orphan'`

	// namespaceGoes is true of what is deleted with its namespace, if that was
	// acknowledged. Otherwise the namespace would be stuck. The uid was compared
	// when the namespace was deleted: namespaceObject has none.
	namespaceGoes = `namespaceObject != null && has(namespaceObject.metadata.deletionTimestamp) &&
has(namespaceObject.metadata.annotations) && '` + AllowDelete + `' in namespaceObject.metadata.annotations`
)

// notExempt leaves out requests of the group that breaks the glass, and of some
// users.
func notExempt(users []string) expression {
	e := "!(has(request.userInfo.groups) && '" + BreakGlass + "' in request.userInfo.groups)"
	if len(users) > 0 {
		e += " &&\n!(request.userInfo.username in " + list(users) + ")"
	}
	return expression{"not-exempt", e}
}

// list is a list of strings. None of them has a quote or a backslash.
func list(items []string) string { return "['" + strings.Join(items, "', '") + "']" }
