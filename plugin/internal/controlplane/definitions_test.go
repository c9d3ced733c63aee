package main

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A definition is a CRD as far as the tests look at it.
type definition struct {
	Metadata struct{ Name string }
	Spec     struct {
		Group string
		Names struct{ Plural string }
	}
	Status struct {
		Conditions []struct{ Type, Status string }
	}
}

const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

func (r *replay) definitions(ctx context.Context) ([]definition, error) {
	var list struct{ Items []definition }
	err := r.plane.get(ctx, definitionsPath, &list)
	return list.Items, err
}

// established waits until the server has decided about the names of every CRD
// and serves those that it has accepted.
func (r *replay) established(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := until(ctx, func() (bool, error) {
		all, err := r.definitions(ctx)
		if err != nil {
			return false, err
		}
		kinds, err := r.plane.discover(ctx)
		if err != nil {
			return false, err
		}
		return !slices.ContainsFunc(all, func(d definition) bool { return !decided(d, kinds) }), nil
	})
	require.NoError(t, err)
}

func decided(d definition, kinds []served) bool {
	conditions := map[string]string{}
	for _, c := range d.Status.Conditions {
		conditions[c.Type] = c.Status
	}
	if conditions["NamesAccepted"] == "False" {
		return true
	}
	return conditions["Established"] == "True" && slices.ContainsFunc(kinds, func(s served) bool {
		return s.Group == d.Spec.Group && s.Plural == d.Spec.Names.Plural
	})
}

// removeDefinitions deletes all CRDs and waits until they are gone.
func (r *replay) removeDefinitions(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all, err := r.definitions(ctx)
	require.NoError(t, err)
	for _, d := range all {
		_, err := r.plane.Do(ctx, http.MethodDelete, definitionsPath+"/"+d.Metadata.Name, "", nil)
		require.NoError(t, err)
	}
	require.NoError(t, until(ctx, func() (bool, error) {
		all, err := r.definitions(ctx)
		return len(all) == 0, err
	}))
}
