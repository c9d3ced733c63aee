package manifest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// valueView shows a value that the caller decoded from JSON or YAML. It has
// no place.
type valueView struct{ value any }

func (v valueView) shape() shape {
	switch v.value.(type) {
	case nil:
		return shapeNull
	case string:
		return shapeText
	case map[string]any:
		return shapeMapping
	case []any:
		return shapeSequence
	}
	return shapeOther
}

func (v valueView) text() string {
	switch value := v.value.(type) {
	case string:
		return value
	case map[string]any, []any:
		return ""
	}
	return fmt.Sprint(v.value)
}

func (v valueView) place() (line, column int) { return 0, 0 }

func (v valueView) templated() bool { return false }

func (v valueView) entries(yield func(entry) bool) {
	fields, _ := v.value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !yield(entry{key: key, value: valueView{fields[key]}}) {
			return
		}
	}
}

// pick looks fields up by name. A decoded mapping has each name once, and may have many
// fields.
func (v valueView) pick(s outline.Scope, into *picked) {
	fields, _ := v.value.(map[string]any)
	for f := range s.Fields {
		value, ok := fields[f.Name()]
		into[f] = field{value: valueView{value}, set: ok}
	}
}

func (v valueView) elements(yield func(view) bool) {
	list, _ := v.value.([]any)
	for _, element := range list {
		if !yield(valueView{element}) {
			return
		}
	}
}
