package restore

import (
	"fmt"
	"regexp"

	"k8s.io/apimachinery/pkg/api/resource"
)

// amount matches quantities of a sane size. With an exponent from an untrusted dump
// ParseQuantity could take hours.
var amount = regexp.MustCompile(`^[+-]?[0-9.]{1,30}([A-Za-z]{1,2}|[eE][+-]?[0-9]{1,2})?$`)

// quantity reads a quantity like an API server: a string, or a number.
func quantity(value any) (resource.Quantity, bool) {
	if value == nil {
		return resource.Quantity{}, false
	}
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value)
	}
	if !amount.MatchString(text) {
		return resource.Quantity{}, false
	}
	got, err := resource.ParseQuantity(text)
	return got, err == nil
}
