package flux

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

func TestBranchOf(t *testing.T) {
	for _, tt := range []struct {
		ref           *gitops.SourceRef
		branch, other string
	}{
		{nil, "master", ""},
		{&gitops.SourceRef{}, "master", ""},
		{&gitops.SourceRef{Branch: "main"}, "main", ""},
		{&gitops.SourceRef{Branch: "main", Commit: "abc"}, "", "the commit abc"},
		{&gitops.SourceRef{Branch: "main", Name: "refs/heads/next", Tag: "v1"}, "next", ""},
		{&gitops.SourceRef{Name: "refs/pull/1/head"}, "", "refs/pull/1/head"},
		{&gitops.SourceRef{Branch: "main", Tag: "v1", SemVer: ">1"}, "", "the tag v1"},
		{&gitops.SourceRef{Branch: "main", SemVer: ">1"}, "", "the newest tag of >1"},
	} {
		branch, other := branchOf(tt.ref)
		assert.Equal(t, tt.branch, branch)
		assert.Equal(t, tt.other, other)
	}
}

// TestRoot: which source is the checkout if no URL says so.
func TestRoot(t *testing.T) {
	at := func(name string) gitops.Reference {
		return gitops.Reference{Kind: gitRepository, Namespace: "flux-system", Name: name}
	}
	repository := func(url string) (s gitops.FluxSource) {
		s.Spec.URL = url
		return s
	}
	for _, tt := range []struct {
		name string
		used []string
		urls map[string]string
		want string
	}{
		{"nothing is used", nil, nil, ""},
		{"the only one", []string{"config"}, nil, "config"},
		{"that of flux bootstrap", []string{"config", "flux-system"}, nil, "flux-system"},
		{"two that are not declared", []string{"a", "b"}, nil, ""},
		{"two of one repository", []string{"a", "b"}, map[string]string{"a": "https://x.io/r", "b": "git@x.io:r.git"}, "a"},
		{"two repositories", []string{"a", "b"}, map[string]string{"a": "https://x.io/r", "b": "https://x.io/s"}, ""},
	} {
		s := sources{declared: map[gitops.Reference]gitops.FluxSource{}, used: map[gitops.Reference]bool{}}
		for _, name := range tt.used {
			s.used[at(name)] = true
		}
		for name, url := range tt.urls {
			s.declared[at(name)] = repository(url)
		}
		ref, found := s.root()
		assert.Equal(t, tt.want, ref.Name, tt.name)
		assert.Equal(t, tt.want != "", found, tt.name)
	}
}

func TestClamp(t *testing.T) {
	for path, want := range map[string]string{"": ".", ".": ".", "./": ".", "/": ".", "/apps": "apps", "./apps/": "apps", "../../apps": "apps", "a/../../b": "b"} {
		assert.Equal(t, want, clamp(path), path)
	}
}
