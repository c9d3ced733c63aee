package dupcheck

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// equal compares two contents, and ends at the first difference.
func equal(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, field := range x {
			if other, ok := y[k]; !ok || !equal(field, other) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	}
	return equalLeaves(a, b)
}

// equalLeaves compares two values, if at least one is no collection or their types
// differ.
func equalLeaves(a, b any) bool {
	switch a := a.(type) {
	case map[string]any, []any:
		return false
	case nil, bool, string, absent:
		return a == b
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	x, isNumber := number(a)
	y, areBoth := number(b)
	if isNumber || areBoth {
		return isNumber && areBoth && x == y
	}
	return reflect.DeepEqual(a, b) // not what Body promises
}

// number returns a form of a number in which equal numbers are equal, for every type that
// decoders use: 1, 1.0 and 1e0 are one value, as in JSON.
func number(v any) (string, bool) {
	if n, ok := v.(json.Number); ok {
		if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
			return strconv.FormatInt(i, 10), true
		}
		if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
			return strconv.FormatUint(u, 10), true
		}
		if f, err := n.Float64(); err == nil {
			return float(f), true
		}
		return n.String(), true
	}
	// Programs that fill in values by hand use all types.
	switch n := reflect.ValueOf(v); {
	case n.CanInt():
		return strconv.FormatInt(n.Int(), 10), true
	case n.CanUint():
		return strconv.FormatUint(n.Uint(), 10), true
	case n.CanFloat():
		return float(n.Float()), true
	}
	return "", false
}

func float(f float64) string {
	switch {
	case f != math.Trunc(f):
	case math.Abs(f) < 1<<63:
		return strconv.FormatInt(int64(f), 10)
	case 0 < f && f < 1<<64:
		return strconv.FormatUint(uint64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
