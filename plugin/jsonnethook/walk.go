package jsonnethook

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// LeafError says that a place in the output of a program has neither an object nor
// anything that could hold one.
type LeafError struct {
	// Source is the program, as it was given to Add.
	Source string
	// Path is the place as a jsonnet expression.
	Path string
	// Problem describes the value without showing it: "is a number, not a Kubernetes
	// object".
	Problem string
}

// Error returns the place and the problem in one line.
func (e *LeafError) Error() string {
	s := dupcheck.Quote(e.Path) + " " + e.Problem
	if e.Source == "" {
		return s
	}
	return dupcheck.Quote(e.Source) + ": " + s
}

// found is an object in the tree, and the environment around it.
type found struct {
	at          *step
	environment *environment // nil outside of any
	object      map[string]any
}

// walk is one pass over the output of a program.
type walk struct {
	source  string
	lenient bool // values that are no objects are skipped
	found   []found
}

// mostDepth is the greatest depth of objects: the walk must also end for a value that a
// host made itself and that holds itself.
const mostDepth = 1000

func (w *walk) value(v any, at *step, in *environment) error {
	if at.depth > mostDepth {
		return w.misfit(at, fmt.Sprintf("is more than %d levels deep", mostDepth))
	}
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		return w.mapping(v, at, in)
	case []any:
		for i, element := range v {
			if err := w.value(element, at.element(i), in); err != nil {
				return err
			}
		}
		return nil
	}
	return w.misfit(at, "is "+describe(v)+", not a Kubernetes object")
}

func (w *walk) mapping(v map[string]any, at *step, in *environment) error {
	switch {
	case isEnvironment(v):
		return w.value(v["data"], at.field("data"), newEnvironment(w.source, v, at))
	case given(v["apiVersion"]) && given(v["kind"]):
		w.found = append(w.found, found{at, in, v})
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if err := w.value(v[key], at.field(key), in); err != nil {
			return err
		}
	}
	return nil
}

// given reports whether a field is set, to a value of any type: an apiVersion that is a
// number belongs to an object with a fault.
func given(v any) bool { return v != nil && v != "" }

func (w *walk) misfit(at *step, problem string) error {
	if w.lenient {
		return nil
	}
	return &LeafError{Source: w.source, Path: at.String(), Problem: problem}
}

func describe(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case float64, int, int64, uint64, json.Number:
		return "a number"
	}
	return fmt.Sprintf("a value of the Go type %T", v)
}
