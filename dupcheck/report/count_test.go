package report_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestCount(t *testing.T) {
	for one, want := range map[string]string{
		"Namespace": "2 Namespaces", "NetworkPolicy": "2 NetworkPolicies", "Ingress": "2 Ingresses", "StorageClass": "2 StorageClasses",
		"Gateway": "2 Gateways", "Endpoints": "2 Endpoints", "": "2 ", "object": "2 objects",
	} {
		assert.Equal(t, want, report.Count(2, one))
		assert.Equal(t, "1 "+one, report.Count(1, one))
	}
	assert.Equal(t, "0 objects", report.Count(0, "object"))
	assert.Equal(t, "2 objects were", report.Count(2, "object was", "objects were"))
}

func TestFew(t *testing.T) {
	assert.Equal(t, "", report.Few(nil, 2))
	assert.Equal(t, "a, b", report.Few([]string{"a", "b"}, 2))
	assert.Equal(t, "a, b and 2 more", report.Few([]string{"a", "b", "c", "d"}, 2))
}
