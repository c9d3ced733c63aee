package manifest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// header is the identity of a manifest as its fields are written.
type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name         string `json:"name"`
		Namespace    string `json:"namespace"`
		GenerateName string `json:"generateName"`
	} `json:"metadata"`
}

func head(apiVersion, kind, namespace, name string) header {
	h := header{APIVersion: apiVersion, Kind: kind}
	h.Metadata.Namespace, h.Metadata.Name = namespace, name
	return h
}

// read collects all that a stream holds.
func read(t testing.TB, name, text string) (objects []dupcheck.Object, unread []string) {
	t.Helper()
	for o, err := range manifest.Read(name, strings.NewReader(text)) {
		if err == nil {
			objects = append(objects, o)
			continue
		}
		var u *dupcheck.Unread
		require.ErrorAs(t, err, &u)
		unread = append(unread, u.Error())
	}
	return objects, unread
}

// findings are the rules and places of a report, one a line.
func findings(objects []dupcheck.Object) []string {
	out := []string{}
	for _, d := range dupcheck.Check(dupcheck.Rules{}, objects).Diagnostics {
		line := d.Severity.String() + " " + string(d.Rule)
		for _, at := range d.Declarations {
			line += " " + place(at.Position)
		}
		out = append(out, line)
	}
	return out
}

// TestCases reads hard YAML and finds the objects that are expected of a tool
// that gets every one of them right.
func TestCases(t *testing.T) {
	var cases []struct {
		Name, File, Expect, Note string
		Objs                     []string
	}
	index, err := os.ReadFile("testdata/cases/index.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(index, &cases))

	// Findings besides the objects that the index names, or in place of an
	// object whose name is no string.
	more := map[string]struct {
		headers  []header
		findings []string
		unread   []string
	}{
		"22-dup-identity":   {findings: []string{"error duplicate-object 4:9 12:9 [1]"}},
		"26-case-only":      {findings: []string{"warning near-duplicate 4:9 10:9 [1]"}},
		"29-traversal-name": {headers: []header{head("v1", "ConfigMap", "x", "../../escaped-name")}, findings: []string{"error invalid-name 4:9"}},
		"34-number-name": {
			headers:  []header{head("v1", "ConfigMap", "1e3", "0123")},
			findings: []string{"error not-a-string 4:9", "error not-a-string 5:14"},
		},
		"38-dup-keys": {
			headers:  []header{head("v1", "Secret", "", "dk")},
			findings: []string{"error duplicate-key 10:7 [1] 13:7 [1]"},
		},
		"39-helm": {unread: []string{"39-helm.yaml:5: not valid YAML: could not find expected ':'; it looks like a template: render it first, or leave it out"}},
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata/cases", c.File))
			require.NoError(t, err)
			objects, unread := read(t, c.File, string(text))

			want := more[c.Name].headers
			for _, text := range c.Objs {
				if h, ok := expected(t, text); ok {
					want = append(want, h)
				}
			}
			got := make([]header, len(objects))
			for i, o := range objects {
				got[i] = head(o.APIVersion, o.Kind, o.Namespace, o.Name)
				got[i].Metadata.GenerateName = o.GenerateName
			}
			assert.ElementsMatch(t, want, got)
			assert.Equal(t, more[c.Name].unread, unread)
			assert.Equal(t, append([]string{}, more[c.Name].findings...), findings(objects))
		})
	}
}

// expected reads the identity of a manifest as Kubernetes does. It returns
// false if that is not made of strings.
func expected(t *testing.T, text string) (h header, ok bool) {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	converted, err := json.Marshal(value)
	require.NoError(t, err)
	err = json.Unmarshal(converted, &h)
	return h, err == nil
}
