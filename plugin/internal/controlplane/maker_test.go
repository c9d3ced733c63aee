package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// A maker makes objects of every stored kind. Every one has a number of its own
// in its name, so nothing has to be deleted.
type maker struct {
	plane *Plane
	kinds map[schema.GroupKind][]served // of stored kinds, in all versions
	texts map[schema.GroupKind]string   // the objects of testdata/kinds.yaml
	given map[schema.GroupKind]string   // the versions these are written in
	fill  *strings.Replacer
}

// newMaker fails if a stored kind has no object in testdata/kinds.yaml, or the
// other way round.
func newMaker(t *testing.T, p *Plane) *maker {
	t.Helper()
	m := &maker{plane: p, kinds: map[schema.GroupKind][]served{}, texts: map[schema.GroupKind]string{}, given: map[schema.GroupKind]string{}}
	for _, s := range builtin(t, p) {
		if s.stored() {
			m.kinds[s.groupKind()] = append(m.kinds[s.groupKind()], s)
		}
	}
	data, err := os.ReadFile("testdata/kinds.yaml")
	require.NoError(t, err)
	for text := range strings.SplitSeq(string(data), "---\n") {
		var o struct{ APIVersion, Kind string }
		require.NoError(t, yaml.Unmarshal([]byte(text), &o), text)
		gk := schema.FromAPIVersionAndKind(o.APIVersion, o.Kind).GroupKind()
		m.texts[gk], m.given[gk] = text, o.APIVersion
		assert.Contains(t, m.kinds, gk, "testdata/kinds.yaml has a kind that is not served")
	}
	for gk := range m.kinds {
		assert.Contains(t, m.texts, gk, "testdata/kinds.yaml lacks a kind")
	}
	m.fill = strings.NewReplacer(signed(t)...)
	for _, namespace := range []string{"team-a", "team-b"} {
		makeNamespace(t, p, namespace)
	}
	return m
}

// signed returns what stands for requests and certificates in the objects.
func signed(t *testing.T) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	require.NoError(t, err)
	inPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})
	c, err := newCredentials(t.TempDir())
	require.NoError(t, err)
	_, authority := pem.Decode(c.certificate) // a bundle holds no certificate of a server
	bundle, err := json.Marshal(string(authority))
	require.NoError(t, err)
	return []string{
		"PKCS10PEM", base64.StdEncoding.EncodeToString(inPEM),
		"PKCS10DER", base64.StdEncoding.EncodeToString(request), "CERTIFICATES", string(bundle),
	}
}

var lastNumber int

// number returns a number that no object has yet, of no test.
func (m *maker) number() int { lastNumber++; return lastNumber }

// object returns the n-th object of a kind for a namespace.
func (m *maker) object(t *testing.T, gk schema.GroupKind, n int, namespace string) map[string]any {
	t.Helper()
	text := strings.NewReplacer("NAMESPACE", namespace, "NAME", strconv.Itoa(n)).Replace(m.fill.Replace(m.texts[gk]))
	var o map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &o), text)
	return o
}

// served returns a kind in one version.
func (m *maker) served(t *testing.T, gk schema.GroupKind, apiVersion string) served {
	t.Helper()
	i := slices.IndexFunc(m.kinds[gk], func(s served) bool { return s.apiVersion() == apiVersion })
	require.GreaterOrEqual(t, i, 0, "%s is not served in %s", gk, apiVersion)
	return m.kinds[gk][i]
}

func metadata(o map[string]any) map[string]any {
	m, _ := o["metadata"].(map[string]any)
	return m
}

func nameOf(o map[string]any) string { name, _ := metadata(o)["name"].(string); return name }

func uid(a Answer) string { s, _ := metadata(a.Object())["uid"].(string); return s }

func (m *maker) do(t *testing.T, method, path string, o map[string]any) Answer {
	t.Helper()
	var body []byte
	if o != nil {
		var err error
		body, err = json.Marshal(o)
		require.NoError(t, err)
	}
	answer, err := m.plane.Do(t.Context(), method, path, "application/json", body)
	require.NoError(t, err)
	return answer
}

// as returns an object as the server would have it written in another version.
// The server is asked by a dry run: the object is made in the version of
// testdata/kinds.yaml for that, and read back in the other one.
func (m *maker) as(t *testing.T, s served, n int, namespace string) map[string]any {
	t.Helper()
	gk := s.groupKind()
	o := m.object(t, gk, n, namespace)
	if m.given[gk] == s.apiVersion() {
		return o
	}
	const spare = "kuniq-spare"
	makeNamespace(t, m.plane, spare)
	given := m.served(t, gk, m.given[gk])
	made := m.do(t, http.MethodPost, given.path(spare, ""), m.object(t, gk, m.number(), spare))
	require.Equal(t, http.StatusCreated, made.Status, string(made.Body))
	other := m.do(t, http.MethodGet, s.path(spare, nameOf(made.Object())), nil)
	require.Equal(t, http.StatusOK, other.Status, string(other.Body))
	out := other.Object()
	out["metadata"] = map[string]any{"name": nameOf(o)}
	delete(out, "status")
	return out
}

// TestEveryKindCanBeMade: all objects of testdata/kinds.yaml are taken.
func TestEveryKindCanBeMade(t *testing.T) {
	m := newMaker(t, live(t))
	for gk := range m.texts {
		s := m.served(t, gk, m.given[gk])
		made := m.do(t, http.MethodPost, s.path("team-a", "")+"?fieldValidation=Strict", m.object(t, gk, m.number(), "team-a"))
		assert.Equal(t, http.StatusCreated, made.Status, "%s: %s", gk, made.Body)
	}
}
