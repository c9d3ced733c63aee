package report

import (
	"fmt"
	"strings"
)

// Count returns a number and a noun, such as "1 object" or "3 objects". It makes the
// plural of the noun, and of a kind of Kubernetes objects, as English does, unless many
// is given.
func Count(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %s", n, plural(one))
}

// Few joins a list, or only its first elements, and says how many more there are.
func Few(list []string, most int) string {
	if len(list) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
	}
	return strings.Join(list, ", ")
}

func plural(noun string) string {
	switch {
	case noun == "" || strings.HasSuffix(noun, "Endpoints"):
		return noun
	case strings.HasSuffix(noun, "y") && !strings.ContainsAny(noun[max(0, len(noun)-2):len(noun)-1], "aeiou"):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"):
		return noun + "es"
	}
	return noun + "s"
}
