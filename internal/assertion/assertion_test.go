package assertion_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

// recorder stands for a test and keeps what it is told.
type recorder struct {
	testing.TB
	failed, stopped bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Error(...any) { r.failed = true }
func (r *recorder) FailNow()     { r.stopped = true }

func TestAssertions(t *testing.T) {
	var none *int
	eof := fmt.Errorf("reading: %w", io.EOF)
	for name, tt := range map[string]struct {
		call func(on assertion.On, t testing.TB) bool
		want bool
	}{
		"equal":              {func(on assertion.On, t testing.TB) bool { return on.Equal(t, []int{1}, []int{1}) }, true},
		"bytes":              {func(on assertion.On, t testing.TB) bool { return on.Equal(t, []byte{}, []byte(nil)) }, false},
		"types":              {func(on assertion.On, t testing.TB) bool { return on.Equal(t, 1, int64(1)) }, false},
		"not equal":          {func(on assertion.On, t testing.TB) bool { return on.NotEqual(t, "a", "a") }, false},
		"true":               {func(on assertion.On, t testing.TB) bool { return on.True(t, false) }, false},
		"false":              {func(on assertion.On, t testing.TB) bool { return on.False(t, true) }, false},
		"nil pointer":        {func(on assertion.On, t testing.TB) bool { return on.Nil(t, none) }, true},
		"not nil":            {func(on assertion.On, t testing.TB) bool { return on.Nil(t, map[int]int{}) }, false},
		"nil":                {func(on assertion.On, t testing.TB) bool { return on.NotNil(t, nil) }, false},
		"length":             {func(on assertion.On, t testing.TB) bool { return on.Len(t, "abc", 2) }, false},
		"empty map":          {func(on assertion.On, t testing.TB) bool { return on.Empty(t, map[int]int{}) }, true},
		"no zero value":      {func(on assertion.On, t testing.TB) bool { return on.Empty(t, 1) }, false},
		"zero value":         {func(on assertion.On, t testing.TB) bool { return on.NotEmpty(t, struct{ a int }{}) }, false},
		"part":               {func(on assertion.On, t testing.TB) bool { return on.Contains(t, "abc", "bc") }, true},
		"key":                {func(on assertion.On, t testing.TB) bool { return on.Contains(t, map[string]int{"a": 1}, "b") }, false},
		"element":            {func(on assertion.On, t testing.TB) bool { return on.NotContains(t, []int{1, 2}, 2) }, false},
		"any order":          {func(on assertion.On, t testing.TB) bool { return on.ElementsMatch(t, []int{1, 2, 2}, []int{2, 1, 2}) }, true},
		"other elements":     {func(on assertion.On, t testing.TB) bool { return on.ElementsMatch(t, []int{1, 2, 2}, []int{2, 1, 1}) }, false},
		"no elements":        {func(on assertion.On, t testing.TB) bool { return on.ElementsMatch(t, []int(nil), []int{}) }, true},
		"some of none":       {func(on assertion.On, t testing.TB) bool { return on.ElementsMatch(t, []int(nil), []int{1}) }, false},
		"less":               {func(on assertion.On, t testing.TB) bool { return on.Less(t, 1, 1) }, false},
		"not more":           {func(on assertion.On, t testing.TB) bool { return on.LessOrEqual(t, uint8(2), uint8(1)) }, false},
		"more":               {func(on assertion.On, t testing.TB) bool { return on.Greater(t, 1.0, 1.5) }, false},
		"error":              {func(on assertion.On, t testing.TB) bool { return on.NoError(t, io.EOF) }, false},
		"wrapped":            {func(on assertion.On, t testing.TB) bool { return on.ErrorIs(t, eof, io.EOF) }, true},
		"another error":      {func(on assertion.On, t testing.TB) bool { return on.ErrorIs(t, eof, fs.ErrExist) }, false},
		"another type":       {func(on assertion.On, t testing.TB) bool { return on.ErrorAs(t, eof, new(*fs.PathError)) }, false},
		"text of an error":   {func(on assertion.On, t testing.TB) bool { return on.EqualError(t, eof, "EOF") }, false},
		"part of an error":   {func(on assertion.On, t testing.TB) bool { return on.ErrorContains(t, errors.New("abc"), "d") }, false},
		"JSON":               {func(on assertion.On, t testing.TB) bool { return on.JSONEq(t, `{"a": 1, "b": 2}`, `{"b":2,"a":1}`) }, true},
		"other JSON":         {func(on assertion.On, t testing.TB) bool { return on.JSONEq(t, `1`, `[1]`) }, false},
		"no JSON":            {func(on assertion.On, t testing.TB) bool { return on.JSONEq(t, `x`, `x`) }, false},
		"regular expression": {func(on assertion.On, t testing.TB) bool { return on.Regexp(t, "^a$", "ab") }, false},
	} {
		var goes, stops recorder
		if got := tt.call(assertion.Continue, &goes); got != tt.want || goes.failed == tt.want || goes.stopped {
			t.Errorf("%s: got %v, %+v", name, got, goes)
		}
		if tt.call(assertion.Stop, &stops); stops.stopped == tt.want {
			t.Errorf("%s: got %+v", name, stops)
		}
	}
}
