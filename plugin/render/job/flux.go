package job

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Flux is how kustomize-controller builds a kustomization.
type Flux struct {
	// Text replaces the kustomization, which need not exist.
	Text string
	// Substitution puts variables into the objects. Nil puts none.
	Substitution *Substitution
	// Labels and Annotations are set on all objects in the end.
	Labels, Annotations map[string]string
}

// Substitution puts variables into built objects.
type Substitution struct {
	// Variables are the values by name. An unknown one is Opaque.
	Variables map[string]string
	// Open says where variables come from that are not there. It is empty if there
	// are no others.
	Open string
}

// An unknown value is the name of its variable in one private area of Unicode, and in the
// next one a digest of its origin, so that every part of it is recognisable.
const (
	opaqueName   = 0xF0000
	opaqueOrigin = 0x100000
	areaSize     = 0x10000
)

// leastOpaque is the minimum length of an unknown value, so that something is left of it
// if a pattern removes a part.
const leastOpaque = 64

// Opaque returns a value for a variable that is not known. Two with one name and origin
// are equal.
func Opaque(name, origin string) string {
	const shown = 2
	sum := sha256.Sum256([]byte(origin))
	in := func(area rune, text string) string {
		return strings.Map(func(r rune) rune { return area + r%areaSize }, text)
	}
	out := in(opaqueName, name) + in(opaqueOrigin, "@"+hex.EncodeToString(sum[:shown]))
	return out + strings.Repeat(string(rune(opaqueOrigin)), leastOpaque)
}

// IsOpaque reports whether a text contains an unknown value.
func IsOpaque(text string) bool { return strings.ContainsFunc(text, isOpaque) }

func isOpaque(r rune) bool { return r >= opaqueName }

// ShowOpaque returns a text with the names of variables and digests of where they come
// from in place of values that are not known, as $(name@digest).
func ShowOpaque(text string) string {
	var out strings.Builder
	before := rune(0)
	for _, r := range text {
		area := rune(0)
		if isOpaque(r) {
			area = r - r%areaSize
		}
		switch {
		case area == opaqueName && before == 0:
			out.WriteString("$(")
		case area == opaqueName && before == opaqueOrigin:
			out.WriteString(")$(")
		case area == 0 && before != 0:
			out.WriteString(")")
		}
		if r -= area; r != 0 {
			out.WriteRune(r)
		}
		before = area
	}
	if before != 0 {
		out.WriteString(")")
	}
	return out.String()
}
