package job

import "strings"

// Flux is how kustomize-controller builds a kustomization.
type Flux struct {
	// Text stands in place of the kustomization, which need not be there.
	Text string
	// Substitution puts variables into the objects. Nil puts none.
	Substitution *Substitution
	// Labels and Annotations are set on all objects in the end.
	Labels, Annotations map[string]string
}

// Substitution puts variables into built objects.
type Substitution struct {
	// Variables are the values by name. One that is not known is Opaque.
	Variables map[string]string
	// Open says that variables which are not there may be set as well.
	Open bool
}

// opaque is where the runes of opaque names are: a private area of Unicode, so that
// every part of one shows.
const opaque = 0xF0000

// leastOpaque is how long a value is made that is not known, so that something is
// left of it if a pattern takes a part away.
const leastOpaque = 64

// Opaque stands for the value of a variable that is not known.
func Opaque(name string) string {
	out := strings.Map(func(r rune) rune { return opaque + r&0xFFFF }, name)
	return out + strings.Repeat(string(rune(opaque)), max(0, leastOpaque-len(name)))
}

// IsOpaque says whether a text has a value in it that is not known.
func IsOpaque(text string) bool { return strings.ContainsFunc(text, isOpaque) }

func isOpaque(r rune) bool { return r >= opaque && r <= opaque+0xFFFF }

// ShowOpaque returns a text with the names of variables in place of values that are
// not known.
func ShowOpaque(text string) string {
	var out strings.Builder
	inside := false
	for _, r := range text {
		switch {
		case isOpaque(r) && !inside:
			out.WriteString("${")
		case !isOpaque(r) && inside:
			out.WriteString("}")
		}
		if inside = isOpaque(r); inside {
			r -= opaque
		}
		if r != 0 {
			out.WriteRune(r)
		}
	}
	if inside {
		out.WriteString("}")
	}
	return out.String()
}
