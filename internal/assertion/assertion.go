// Package assertion compares values in the tests of the modules that programs
// import. Those require nothing for their tests alone: each of its modules would
// lift the versions of such a program. A package of tests declares what it uses:
//
//	var assert, require = assertion.Continue, assertion.Stop
package assertion

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// On has one method for each expectation. A method takes the expected value, then the actual
// value, and then a message and the values in it, which are printed if the expectation
// fails. The result says whether it holds.
type On struct{ stop bool }

// After a failure the test goes on, or stops there.
var (
	Continue = On{}
	Stop     = On{stop: true}
)

func (on On) that(t testing.TB, ok bool, message []any, format string, args ...any) bool {
	t.Helper()
	if ok {
		return true
	}
	text := fmt.Sprintf(format, args...)
	if len(message) > 0 {
		first, isFormat := message[0].(string)
		if !isFormat {
			first = strings.ReplaceAll(fmt.Sprint(message[0]), "%", "%%")
		}
		text = fmt.Sprintf(first, message[1:]...) + ": " + text
	}
	if t.Error(text); on.stop {
		t.FailNow()
	}
	return false
}

// Equal expects an equal value of the same type.
func (on On) Equal(t testing.TB, want, got any, message ...any) bool {
	t.Helper()
	return on.that(t, equal(want, got), message, "\n got %s\nwant %s", show{got}, show{want})
}

// NotEqual expects another value, or one of another type.
func (on On) NotEqual(t testing.TB, other, got any, message ...any) bool {
	t.Helper()
	return on.that(t, !equal(other, got), message, "got %s", show{got})
}

// True expects true.
func (on On) True(t testing.TB, got bool, message ...any) bool {
	t.Helper()
	return on.that(t, got, message, "got false")
}

// False expects false.
func (on On) False(t testing.TB, got bool, message ...any) bool {
	t.Helper()
	return on.that(t, !got, message, "got true")
}

// Nil expects nil, of any type.
func (on On) Nil(t testing.TB, got any, message ...any) bool {
	t.Helper()
	return on.that(t, isNil(got), message, "got %s, want nil", show{got})
}

// NotNil expects anything but nil.
func (on On) NotNil(t testing.TB, got any, message ...any) bool {
	t.Helper()
	return on.that(t, !isNil(got), message, "got nil")
}

// Len expects n elements.
func (on On) Len(t testing.TB, got any, n int, message ...any) bool {
	t.Helper()
	there := reflect.ValueOf(got).Len()
	return on.that(t, there == n, message, "got %d elements, want %d: %s", there, n, show{got})
}

// Empty expects nothing: no elements, or else the zero value.
func (on On) Empty(t testing.TB, got any, message ...any) bool {
	t.Helper()
	return on.that(t, isEmpty(got), message, "got %s, want nothing", show{got})
}

// NotEmpty expects something.
func (on On) NotEmpty(t testing.TB, got any, message ...any) bool {
	t.Helper()
	return on.that(t, !isEmpty(got), message, "got %s", show{got})
}

// Contains expects a part of a string, an element of a slice or a key of a map.
func (on On) Contains(t testing.TB, all, part any, message ...any) bool {
	t.Helper()
	return on.that(t, contains(all, part), message, "%s\nis not in %s", show{part}, show{all})
}

// NotContains expects that a string, slice or map does not contain a part, an element or a
// key.
func (on On) NotContains(t testing.TB, all, part any, message ...any) bool {
	t.Helper()
	return on.that(t, !contains(all, part), message, "%s\nis in %s", show{part}, show{all})
}

// ElementsMatch expects the same elements in any order.
func (on On) ElementsMatch(t testing.TB, want, got any, message ...any) bool {
	t.Helper()
	w, g := reflect.ValueOf(want), reflect.ValueOf(got)
	ok := isEmpty(want) && isEmpty(got) || !isEmpty(want) && !isEmpty(got) && w.Len() == g.Len()
	for i := 0; ok && !isEmpty(want) && i < w.Len(); i++ {
		ok = count(w, w.Index(i)) == count(g, w.Index(i))
	}
	return on.that(t, ok, message, "\n got %s\nwant %s, in any order", show{got}, show{want})
}

// Less expects that a is less than b, which is a number of the same type.
func (on On) Less(t testing.TB, a, b any, message ...any) bool {
	t.Helper()
	return on.that(t, compare(a, b) < 0, message, "%v is not less than %v", a, b)
}

// LessOrEqual expects that a is not more than b, which is a number of the same type.
func (on On) LessOrEqual(t testing.TB, a, b any, message ...any) bool {
	t.Helper()
	return on.that(t, compare(a, b) <= 0, message, "%v is more than %v", a, b)
}

// Greater expects that a is more than b, which is a number of the same type.
func (on On) Greater(t testing.TB, a, b any, message ...any) bool {
	t.Helper()
	return on.that(t, compare(a, b) > 0, message, "%v is not more than %v", a, b)
}

// NoError expects no error.
func (on On) NoError(t testing.TB, err error, message ...any) bool {
	t.Helper()
	return on.that(t, err == nil, message, "got the error %v", err)
}

// ErrorIs expects an error that matches another one, as errors.Is defines it.
func (on On) ErrorIs(t testing.TB, err, target error, message ...any) bool {
	t.Helper()
	return on.that(t, errors.Is(err, target), message, "got the error %v, want %v", err, target)
}

// ErrorAs expects an error of the type that target points to, and sets it.
func (on On) ErrorAs(t testing.TB, err error, target any, message ...any) bool {
	t.Helper()
	return on.that(t, errors.As(err, target), message, "got the error %v (%T), want a %T", err, err, target)
}

// EqualError expects an error with a text.
func (on On) EqualError(t testing.TB, err error, want string, message ...any) bool {
	t.Helper()
	return on.that(t, err != nil && err.Error() == want, message, "\n got the error %v\nwant %s", err, want)
}

// ErrorContains expects an error with a part of its text.
func (on On) ErrorContains(t testing.TB, err error, part string, message ...any) bool {
	t.Helper()
	return on.that(t, err != nil && strings.Contains(err.Error(), part), message, "got the error %v, want %q in it", err, part)
}

// JSONEq expects a JSON text with the same value.
func (on On) JSONEq(t testing.TB, want, got string, message ...any) bool {
	t.Helper()
	var w, g any
	err := errors.Join(json.Unmarshal([]byte(want), &w), json.Unmarshal([]byte(got), &g))
	return on.that(t, err == nil && equal(w, g), message, "\n got %s\nwant %s\n%v", got, want, err)
}

// Regexp expects a text that matches an expression.
func (on On) Regexp(t testing.TB, expression, got string, message ...any) bool {
	t.Helper()
	return on.that(t, regexp.MustCompile(expression).MatchString(got), message, "%q does not match %s", got, expression)
}

func equal(a, b any) bool {
	x, isBytes := a.([]byte)
	y, alsoBytes := b.([]byte)
	if isBytes && alsoBytes && x != nil && y != nil {
		return bytes.Equal(x, y)
	}
	return reflect.DeepEqual(a, b)
}

func isNil(value any) bool {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
		return v.IsNil()
	default:
		return false
	}
}

func isEmpty(value any) bool {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Chan, reflect.Map, reflect.Slice:
		return v.Len() == 0
	default:
		return !v.IsValid() || v.IsZero()
	}
}

func contains(all, part any) bool {
	v := reflect.ValueOf(all)
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), reflect.ValueOf(part).String())
	case reflect.Map:
		return v.MapIndex(reflect.ValueOf(part)).IsValid()
	default:
		return count(v, reflect.ValueOf(part)) > 0
	}
}

func count(all, element reflect.Value) (n int) {
	for i := range all.Len() {
		if equal(all.Index(i).Interface(), element.Interface()) {
			n++
		}
	}
	return n
}

func compare(a, b any) int {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	switch {
	case x.Type() != y.Type():
		panic(fmt.Sprintf("a %T and a %T cannot be compared", a, b))
	case x.CanInt():
		return cmp.Compare(x.Int(), y.Int())
	case x.CanUint():
		return cmp.Compare(x.Uint(), y.Uint())
	default:
		return cmp.Compare(x.Float(), y.Float())
	}
}

// show returns the printed form of a value: a text with its lines, and any other value with
// its types.
type show struct{ value any }

func (s show) String() string {
	switch v := s.value.(type) {
	case string:
		if strings.Contains(v, "\n") {
			return fmt.Sprintf("%q, which is\n%s", v, v)
		}
	case error:
		return fmt.Sprintf("%v (%T)", v, v)
	}
	return fmt.Sprintf("%#v", s.value)
}
