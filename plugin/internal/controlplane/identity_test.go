package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kuniq/kuniq/dupcheck"
)

// inDefault are the rules of a user of the namespace default.
var inDefault = dupcheck.Rules{DefaultNamespace: "default"}

// identity is what kuniq says about an object of a kind.
func identity(t *testing.T, s served, namespace, name string) dupcheck.ID {
	t.Helper()
	id, err := dupcheck.NewID(inDefault, s.apiVersion(), s.Kind, namespace, name)
	require.NoError(t, err, "%s %s", s.apiVersion(), s.Kind)
	return id
}

// TestOneObjectInAllVersions makes an object in every version and group in
// which a kind is served, and reads it in all the others: it is the same one,
// and cannot be made again. kuniq finds the groups by its table of aliases.
func TestOneObjectInAllVersions(t *testing.T) {
	m := newMaker(t, live(t))
	same := map[schema.GroupKind][]served{}
	for gk, versions := range m.kinds {
		canonical := schema.GroupKind(identity(t, versions[0], "", "x").GroupKind())
		same[canonical] = append(same[canonical], m.kinds[gk]...)
	}
	pairs, groups := 0, 0
	for gk, versions := range same {
		for _, made := range versions {
			o := m.as(t, made, m.number(), "team-a")
			first := m.do(t, http.MethodPost, made.path("team-a", ""), o)
			require.Equal(t, http.StatusCreated, first.Status, "%s: %s", gk, first.Body)
			for _, read := range versions {
				second := m.do(t, http.MethodGet, read.path("team-a", nameOf(o)), nil)
				assert.Equal(t, uid(first), uid(second), "%s: made in %s, read in %s", gk, made.apiVersion(), read.apiVersion())
				if read.apiVersion() == made.apiVersion() {
					continue
				}
				pairs++
				if read.Group != made.Group {
					groups++
				}
				again := m.do(t, http.MethodPost, read.path("team-a", ""), second.with("resourceVersion", "uid"))
				assert.Equal(t, http.StatusConflict, again.Status, "%s: %s", gk, again.Body)
			}
		}
	}
	t.Logf("%d kinds, %d pairs of versions, %d of them in two groups", len(same), pairs, groups)
	assert.GreaterOrEqual(t, pairs, 58)
	assert.Equal(t, 2, groups, "Event and Event.events.k8s.io")
}

// with returns the object of an answer less some fields of its metadata.
func (a Answer) with(less ...string) map[string]any {
	o := a.Object()
	for _, field := range less {
		delete(metadata(o), field)
	}
	return o
}

// TestAliases: the rows of the table of which the server has both sides. An
// alias is one object; two names that only look like one are two.
func TestAliases(t *testing.T) {
	m := newMaker(t, live(t))
	table, err := readTable("aliases.tsv")
	require.NoError(t, err)
	asked := []string{}
	for _, row := range table {
		alias := schema.GroupKind{Group: row["group"], Kind: row["kind"]}
		other := schema.GroupKind{Group: row["canonical_group"], Kind: row["canonical_kind"]}
		if alias == other || len(m.kinds[alias]) == 0 || len(m.kinds[other]) == 0 {
			continue
		}
		asked = append(asked, row["verdict"]+" "+alias.String()+" "+other.String())
		a, b := m.kinds[alias][0], m.kinds[other][0]
		made := m.do(t, http.MethodPost, a.path("team-a", ""), m.as(t, a, m.number(), "team-a"))
		require.Equal(t, http.StatusCreated, made.Status, string(made.Body))
		name := nameOf(made.Object())
		found := m.do(t, http.MethodGet, b.path("team-a", name), nil)
		one := uid(made) == uid(found)
		assert.Equal(t, row["verdict"] == "SAME", one, "%s and %s", alias, other)
		assert.Equal(t, one, identity(t, a, "team-a", name) == identity(t, b, "team-a", name), "%s and %s", alias, other)
	}
	t.Log(strings.Join(asked, "; "))
	assert.Contains(t, strings.Join(asked, "\n"), "SAME Event.events.k8s.io Event")
}

// TestNamespaceOfClusterScoped: the server drops metadata.namespace of every
// cluster-scoped kind, and has no place for such an object in a namespace.
func TestNamespaceOfClusterScoped(t *testing.T) {
	m := newMaker(t, live(t))
	asked := 0
	for gk := range m.texts {
		s := m.served(t, gk, m.given[gk])
		o := m.object(t, gk, m.number(), "team-a")
		metadata(o)["namespace"] = "nonexistent"
		made := m.do(t, http.MethodPost, s.path("team-a", ""), o)
		if s.Namespaced {
			assert.Equal(t, http.StatusBadRequest, made.Status, "%s: another namespace than that of the URL", gk)
			continue
		}
		asked++
		require.Equal(t, http.StatusCreated, made.Status, "%s: %s", gk, made.Body)
		assert.NotContains(t, metadata(made.Object()), "namespace", "%s", gk)
		assert.Equal(t, identity(t, s, "", "x"), identity(t, s, "nonexistent", "x"), "%s", gk)
		inside := s
		inside.Namespaced = true
		lost := m.do(t, http.MethodPost, inside.path("team-a", ""), m.object(t, gk, m.number(), "team-a"))
		assert.Equal(t, http.StatusNotFound, lost.Status, "%s has a place in a namespace", gk)
	}
	assert.Greater(t, asked, 25)
}

// shapes are the names of the columns of names.tsv.
var shapes = map[string]string{
	"upper": "Id-A", "colon": "id-a:b", "dot": "id-a.b", "underscore": "id_a", "leading_digit": "1id",
	"long64": strings.Repeat("a", 64), "long254": strings.Repeat("a", 254),
}

// calledAfterContent are the kinds whose name the server makes up from what is
// given here, so that it refuses nearly all. kuniq, which looks at names alone,
// says nothing about those that could be right for another content.
var calledAfterContent = map[schema.GroupKind]string{
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: "spec.names.plural and spec.group",
	{Group: "apiregistration.k8s.io", Kind: "APIService"}:             "spec.version and spec.group",
	{Group: "internal.apiserver.k8s.io", Kind: "StorageVersion"}:      "a group and a resource, with a dot between them",
}

// TestNames asks the server about the names of every kind in the table, by dry
// runs. REJECT is an error about metadata.name; whether the object has other
// errors does not matter.
func TestNames(t *testing.T) {
	m := newMaker(t, live(t))
	table, err := readTable("names.tsv")
	require.NoError(t, err)
	asked := 0
	for _, row := range table {
		gk := schema.GroupKind{Group: row["group"], Kind: row["kind"]}
		if !assert.Contains(t, m.texts, gk) {
			continue
		}
		s := m.served(t, gk, m.given[gk])
		for shape, name := range shapes {
			o := m.object(t, gk, m.number(), "team-a")
			metadata(o)["name"] = name
			answer := m.do(t, http.MethodPost, s.path("team-a", "")+"?dryRun=All", o)
			refused := aboutName(answer)
			assert.Equal(t, row[shape] == "REJECT", refused, "%s %s: the table says %s, the server %d %s", gk, shape, row[shape], answer.Status, answer.Body)
			report := dupcheck.Check(inDefault, []dupcheck.Object{{APIVersion: s.apiVersion(), Kind: s.Kind, Namespace: "team-a", Name: name}})
			found := slices.ContainsFunc(report.Diagnostics, func(d dupcheck.Diagnostic) bool { return d.Rule == dupcheck.InvalidName })
			if calledAfterContent[gk] == "" {
				assert.Equal(t, refused, found, "%s %s: kuniq and the server", gk, shape)
			} else {
				assert.True(t, refused || !found, "%s %s: kuniq refuses what the server takes", gk, shape)
			}
			asked++
		}
	}
	t.Logf("%d names of %d kinds", asked, len(table))
}

// aboutName says whether an object was refused for its name.
func aboutName(a Answer) bool {
	if a.Status/100 == 2 {
		return false
	}
	details, _ := a.Object()["details"].(map[string]any)
	causes, _ := details["causes"].([]any)
	for _, c := range causes {
		if cause, _ := c.(map[string]any); cause["field"] == "metadata.name" {
			return true
		}
	}
	return false
}

// A side is one of the two objects of a generated pair, as a manifest has it.
type side struct {
	served
	n         int
	namespace string // as written; "" is none
}

// place is the namespace in which kubectl would make the object.
func (s side) place() string {
	if s.namespace == "" {
		return "default"
	}
	return s.namespace
}

// TestGeneratedPairs makes the first object of 500 random pairs and asks the
// server for the second one: it is the same, by its uid, if and only if kuniq
// says so. Then it makes the second one, which fails if and only if it is the
// same.
func TestGeneratedPairs(t *testing.T) {
	m := newMaker(t, live(t))
	all := []served{}
	for _, gk := range slices.SortedFunc(maps.Keys(m.kinds), func(a, b schema.GroupKind) int { return strings.Compare(a.String(), b.String()) }) {
		all = append(all, m.kinds[gk]...)
	}
	const pairs, seed = 500, 20261123
	random := rand.New(rand.NewPCG(seed, seed))
	verdicts := map[string]int{}
	for range pairs {
		a, b := m.pair(random, all)
		verdicts[m.judge(t, a, b)]++
	}
	t.Log(verdicts)
	for _, verdict := range []string{"same, one version", "same, two versions", "different"} {
		assert.Greater(t, verdicts[verdict], pairs/20, verdict)
	}
}

// pair returns two objects that often differ in one thing, and often in none
// that counts.
func (m *maker) pair(random *rand.Rand, all []served) (a, b side) {
	namespaces := []string{"", "default", "team-a", "team-b"}
	a = side{all[random.IntN(len(all))], m.number(), namespaces[random.IntN(len(namespaces))]}
	b = a
	if random.IntN(2) == 0 {
		b.namespace = namespaces[random.IntN(len(namespaces))]
	}
	switch random.IntN(8) {
	case 0:
		b.n = m.number()
	case 1:
		b.served = all[random.IntN(len(all))]
	case 2, 3, 4:
		related := slices.DeleteFunc(slices.Clone(all), func(s served) bool {
			return s.Kind != a.Kind || s.apiVersion() == a.apiVersion()
		})
		if len(related) > 0 {
			b.served = related[random.IntN(len(related))]
		}
	}
	return a, b
}

// judge holds kuniq against the server for one pair.
func (m *maker) judge(t *testing.T, a, b side) string {
	t.Helper()
	first, second := m.as(t, a.served, a.n, a.place()), m.as(t, b.served, b.n, b.place())
	for _, o := range []struct {
		side
		object map[string]any
	}{{a, first}, {b, second}} {
		if o.namespace != "" {
			metadata(o.object)["namespace"] = o.namespace
		}
	}
	what := fmt.Sprintf("%s %s %q/%s and %s %s %q/%s", a.apiVersion(), a.Kind, a.namespace, nameOf(first), b.apiVersion(), b.Kind, b.namespace, nameOf(second))
	same := identity(t, a.served, a.namespace, nameOf(first)) == identity(t, b.served, b.namespace, nameOf(second))
	made := m.do(t, http.MethodPost, a.path(a.place(), ""), first)
	require.Equal(t, http.StatusCreated, made.Status, "%s: %s", what, made.Body)
	found := m.do(t, http.MethodGet, b.path(b.place(), nameOf(second)), nil)
	assert.Equal(t, same, uid(made) == uid(found), what)
	again := m.do(t, http.MethodPost, b.path(b.place(), ""), second)
	if same {
		assert.Equal(t, http.StatusConflict, again.Status, "%s: %s", what, again.Body)
	} else {
		assert.Equal(t, http.StatusCreated, again.Status, "%s: %s", what, again.Body)
	}
	switch {
	case !same:
		return "different"
	case a.apiVersion() == b.apiVersion():
		return "same, one version"
	}
	return "same, two versions"
}
