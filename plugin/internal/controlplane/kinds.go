package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A served kind is one that the API server says it serves, in one version.
type served struct {
	Group, Version, Kind, Plural string
	Namespaced                   bool
	Verbs                        []string
}

// persistence is the word of the table of scopes.
func (s served) persistence() string {
	create, get := slices.Contains(s.Verbs, "create"), slices.Contains(s.Verbs, "get")
	switch {
	case create && get:
		return "persisted"
	case create:
		return "create-only"
	}
	return "read-only"
}

// discover returns every kind in every version that the server serves, in the
// order of group, kind and version.
func (p *Plane) discover(ctx context.Context) (out []served, err error) {
	var groups metav1.APIGroupList
	if err := p.get(ctx, "/apis", &groups); err != nil {
		return nil, err
	}
	paths := []string{"/api/v1"}
	for _, g := range groups.Groups {
		for _, v := range g.Versions {
			paths = append(paths, "/apis/"+v.GroupVersion)
		}
	}
	for _, path := range paths {
		var list metav1.APIResourceList
		if err := p.get(ctx, path, &list); errors.Is(err, errNotFound) {
			continue // a group that comes or goes just now, or an APIService with nothing behind it
		} else if err != nil {
			return nil, err
		}
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, r := range list.APIResources {
			if !strings.Contains(r.Name, "/") { // it is no part of an object, such as its status
				out = append(out, served{gv.Group, gv.Version, r.Kind, r.Name, r.Namespaced, r.Verbs})
			}
		}
	}
	slices.SortFunc(out, func(a, b served) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Version, b.Version))
	})
	return out, nil
}

var errNotFound = errors.New("not found")

// get reads what is at a path of the API server. As long as the server asks to
// try again, as it does while the storage of a new CRD begins, it tries again.
func (p *Plane) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var answer Answer
	err := until(ctx, func() (bool, error) {
		var err error
		answer, err = p.Do(ctx, http.MethodGet, path, "", nil)
		return answer.Status != http.StatusTooManyRequests, err
	})
	if err != nil {
		return err
	}
	if answer.Status == http.StatusNotFound {
		return fmt.Errorf("GET %s: %w", path, errNotFound)
	}
	if answer.Status != http.StatusOK {
		return fmt.Errorf("GET %s: %d %s", path, answer.Status, answer.Body)
	}
	return json.Unmarshal(answer.Body, into)
}
