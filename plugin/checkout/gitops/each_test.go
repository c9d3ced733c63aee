package gitops

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEach: no kind of object is forgotten.
func TestEach(t *testing.T) {
	var d Declared
	v := reflect.ValueOf(&d).Elem()
	kinds := 0
	for i := range v.NumField() {
		switch v.Type().Field(i).Name {
		case "Problems", "Unread", "Objects", "Clusters": // they declare no deployers
			continue
		}
		kinds++
		v.Field(i).Set(reflect.MakeSlice(v.Field(i).Type(), 2, 2))
	}
	n := 0
	for one := range d.Each() {
		n++
		assert.Len(t, one.Objects, 1)
		assert.False(t, reflect.ValueOf(one).IsZero())
	}
	assert.Equal(t, 2*kinds, n)
}
