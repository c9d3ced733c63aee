package impact

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// annotate returns the command that sets an annotation of an object, or "" if there is no
// such kubectl command. key is its name with a "=".
func annotate(id dupcheck.ID, key, value string) string {
	if !word.MatchString(value) {
		return ""
	}
	return kubectl("annotate --overwrite", id, key+value)
}

// word matches names without characters that are special in a shell.
var word = regexp.MustCompile(`^[A-Za-z0-9._:/][A-Za-z0-9._:/-]*$`)

// kubectl is a command about an object, or "" if a shell could take a part of its name
// for something else.
func kubectl(verb string, id dupcheck.ID, rest string) string {
	kind := strings.TrimSuffix(strings.ToLower(id.Kind)+"."+id.Group, ".")
	if !word.MatchString(kind) || !word.MatchString(id.Name) || id.Namespace != "" && !word.MatchString(id.Namespace) {
		return ""
	}
	if id.Namespace != "" {
		kind += " -n " + id.Namespace
	}
	return fmt.Sprintf("kubectl %s %s %s %s", verb, kind, id.Name, rest)
}
