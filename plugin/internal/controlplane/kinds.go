package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A served kind is one that the API server says it serves, in one version.
type served struct {
	Group, Version, Kind, Plural string
	Namespaced                   bool
	Verbs                        []string
}

func (s served) groupKind() schema.GroupKind { return schema.GroupKind{Group: s.Group, Kind: s.Kind} }

func (s served) apiVersion() string {
	return schema.GroupVersion{Group: s.Group, Version: s.Version}.String()
}

// stored says whether the server keeps objects of the kind.
func (s served) stored() bool { return s.persistence() == "persisted" }

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

// path is where objects of the kind are, or one of them if there is a name.
func (s served) path(namespace, name string) string {
	path := "/apis/" + s.apiVersion()
	if s.Group == "" {
		path = "/api/" + s.Version
	}
	if s.Namespaced {
		path += "/namespaces/" + url.PathEscape(namespace)
	}
	path += "/" + s.Plural
	if name != "" {
		path += "/" + url.PathEscape(name)
	}
	return path
}

// discover returns every kind in every version that the server serves, in the
// order of group, kind and version.
func (p *Plane) discover(ctx context.Context) ([]served, error) {
	versions := []schema.GroupVersion{{Version: "v1"}}
	var groups struct {
		Groups []struct {
			Versions []struct{ GroupVersion string }
		}
	}
	if err := p.get(ctx, "/apis", &groups); err != nil {
		return nil, err
	}
	for _, g := range groups.Groups {
		for _, v := range g.Versions {
			gv, err := schema.ParseGroupVersion(v.GroupVersion)
			if err != nil {
				return nil, err
			}
			versions = append(versions, gv)
		}
	}
	var out []served
	for _, gv := range versions {
		kinds, err := p.kindsOf(ctx, gv)
		if errors.Is(err, errNotFound) {
			continue // a group that comes or goes just now, or an APIService with nothing behind it
		}
		if err != nil {
			return nil, err
		}
		out = append(out, kinds...)
	}
	slices.SortFunc(out, func(a, b served) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Version, b.Version))
	})
	return out, nil
}

func (p *Plane) kindsOf(ctx context.Context, gv schema.GroupVersion) ([]served, error) {
	path := "/apis/" + gv.String()
	if gv.Group == "" {
		path = "/api/" + gv.Version
	}
	var list struct {
		Resources []struct {
			Name, Kind string
			Namespaced bool
			Verbs      []string
		}
	}
	if err := p.get(ctx, path, &list); err != nil {
		return nil, err
	}
	var out []served
	for _, r := range list.Resources {
		if strings.Contains(r.Name, "/") {
			continue // a part of an object, such as its status
		}
		out = append(out, served{gv.Group, gv.Version, r.Kind, r.Name, r.Namespaced, r.Verbs})
	}
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
