package flux

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// TestArtifact: what source-controller takes of a checkout.
func TestArtifact(t *testing.T) {
	names := []string{"apps/x.yaml", "apps/keep.yaml", "apps/docs/d.yaml", "deploy/d.yaml", ".github/w.yaml", "img/p.png", "apps/c.zip"}
	everything, defaults := "1111111", "1111000" // one digit for each name
	text := func(s string) *string { return &s }
	for _, tt := range []struct {
		name string
		more map[string]string // further files
		spec gitops.FluxSourceSpec
		in   string
	}{
		{"no patterns", nil, gitops.FluxSourceSpec{}, defaults},
		{"only one directory", map[string]string{".sourceignore": "/*\n!/deploy\n"}, gitops.FluxSourceSpec{}, "0001000"},
		{"the first pattern switches the defaults off", map[string]string{".sourceignore": "docs/\n"}, gitops.FluxSourceSpec{}, "1101111"},
		{"one file is taken back", map[string]string{".sourceignore": "apps/*\n!apps/keep.yaml\n"}, gitops.FluxSourceSpec{}, "0101110"},
		{"below", map[string]string{"apps/.sourceignore": "x.yaml\n"}, gitops.FluxSourceSpec{}, "0111111"},
		{"the spec counts most", map[string]string{"apps/.sourceignore": "x.yaml\n"}, gitops.FluxSourceSpec{Ignore: text("!apps/x.yaml")}, everything},
		{"a file of a directory is taken back", map[string]string{".sourceignore": "/apps\n!/apps/keep.yaml\n"}, gitops.FluxSourceSpec{}, "0101110"},
		{"an empty spec", nil, gitops.FluxSourceSpec{Ignore: text("")}, defaults},
		{"comments only", map[string]string{".sourceignore": "# apps/\n"}, gitops.FluxSourceSpec{Ignore: text("# x")}, defaults},
		{"a blank is a part of a pattern", map[string]string{".sourceignore": " apps/\n"}, gitops.FluxSourceSpec{}, everything},
		{"a blank behind it is none", map[string]string{".sourceignore": "x.yaml  \n"}, gitops.FluxSourceSpec{}, "0111111"},
		{"a hash behind a blank is no comment", map[string]string{".sourceignore": " # x\n"}, gitops.FluxSourceSpec{}, everything},
		{"a slash inside is of the directory of the file", map[string]string{".sourceignore": "apps/docs\n"}, gitops.FluxSourceSpec{}, "1101111"},
		{"a slash inside, in another directory", map[string]string{"deploy/.sourceignore": "apps/docs\n"}, gitops.FluxSourceSpec{}, everything},
		{"none, at any depth", map[string]string{".sourceignore": "d.yaml\n"}, gitops.FluxSourceSpec{}, "1100111"},
		{"a slash at the end is for directories", map[string]string{".sourceignore": "d.yaml/\n"}, gitops.FluxSourceSpec{}, everything},
		{"any directories", map[string]string{".sourceignore": "apps/**/d.yaml\n"}, gitops.FluxSourceSpec{}, "1101111"},
		{"a part of a name is no directory", map[string]string{".sourceignore": "ap**/d.yaml\n"}, gitops.FluxSourceSpec{}, everything},
		{"git's own file has no effect", map[string]string{".gitignore": "apps/\n"}, gitops.FluxSourceSpec{}, defaults},
		{"sparse", nil, gitops.FluxSourceSpec{SparseCheckout: []string{"./apps"}}, "1110000"},
		{"sparse, by the beginning", nil, gitops.FluxSourceSpec{SparseCheckout: []string{"apps", "deploy"}}, "1111000"},
		{"sparse, without the ignore file", map[string]string{".sourceignore": "x.yaml\n"}, gitops.FluxSourceSpec{SparseCheckout: []string{"apps"}}, "1110000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repo := fstest.MapFS{"apps/link.yaml": {Data: []byte("x.yaml"), Mode: fs.ModeSymlink}, ".git/config": {}}
			for _, name := range names {
				repo[name] = &fstest.MapFile{Data: []byte("a: b\n")}
			}
			for name, text := range tt.more {
				repo[name] = &fstest.MapFile{Data: []byte(text)}
			}
			a, err := newArtifact(repo, tt.spec)
			require.NoError(t, err)
			in := ""
			for _, name := range names {
				_, err := fs.Stat(a, name)
				in += map[bool]string{true: "1", false: "0"}[err == nil]
			}
			assert.Equal(t, tt.in, in)
			for _, name := range []string{"apps/link.yaml", ".git/config", ".gitignore"} {
				_, err := fs.ReadFile(a, name)
				require.ErrorIs(t, err, fs.ErrNotExist)
			}
			require.NoError(t, fs.WalkDir(a, ".", func(_ string, _ fs.DirEntry, err error) error { return err }))
		})
	}
	_, err := newArtifact(fstest.MapFS{}, gitops.FluxSourceSpec{SparseCheckout: []string{"none"}})
	require.ErrorContains(t, err, "not there")
	_, err = newArtifact(fstest.MapFS{}, gitops.FluxSourceSpec{Include: []gitops.SourceInclude{{}}})
	require.ErrorContains(t, err, "includes another")
}

// TestArtifactDirectories: a directory that is hidden is not there, and one of which
// only the files are hidden is.
func TestArtifactDirectories(t *testing.T) {
	for pattern, there := range map[string]bool{"/apps/": false, "/apps/*.yaml": true, "x.yaml": true, "apps": false, "/*": false} {
		a, err := newArtifact(fstest.MapFS{"apps/x.yaml": {}, ".sourceignore": {Data: []byte(pattern)}}, gitops.FluxSourceSpec{})
		require.NoError(t, err)
		info, err := fs.Stat(a, "apps")
		assert.Equal(t, there, err == nil && info.IsDir(), pattern)
	}
}
