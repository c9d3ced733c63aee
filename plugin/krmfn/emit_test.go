package krmfn

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// directory makes a working directory of files, given in turn with their names.
func directory(t *testing.T, files ...string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(dir, files[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(files[i+1]), 0o644))
	}
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { root.Close() })
	return root.FS()
}

func TestEmitNone(t *testing.T) {
	none := uniqueSpec("emit: none")
	other := strings.Replace(none, "name: unique", "name: other", 1)
	inline := "- |\n" + indent(none)
	for name, tt := range map[string]struct {
		files []string
		log   string // empty if it is right
	}{
		"a validator":             {[]string{"kustomization.yaml", "validators: [check.yaml]", "check.yaml", none}, ""},
		"kustomization.yml":       {[]string{"kustomization.yml", "validators: [./check.yaml]", "check.yaml", none}, ""},
		"an inline validator":     {[]string{"Kustomization", "validators:\n" + inline}, ""},
		"second of its file":      {[]string{"kustomization.yaml", "validators: [check.yaml]", "check.yaml", other + "---\n" + none}, ""},
		"of a directory":          {[]string{"kustomization.yaml", "validators: [checks]", "checks/kustomization.yaml", "resources: [check.yaml]", "checks/check.yaml", none}, ""},
		"another transformer":     {[]string{"kustomization.yaml", "validators: [check.yaml]\ntransformers: [other.yaml, ../out.yaml, missing.yaml]", "check.yaml", none, "other.yaml", other}, ""},
		"a transformer":           {[]string{"kustomization.yaml", "transformers: [check.yaml]", "check.yaml", none}, "emit: none under transformers of kustomization.yaml would delete everything"},
		"an inline transformer":   {[]string{"kustomization.yaml", "transformers:\n" + inline}, "would delete everything"},
		"both":                    {[]string{"kustomization.yaml", "transformers: [check.yaml]\nvalidators: [check.yaml]", "check.yaml", none}, "would delete everything"},
		"transformer of a folder": {[]string{"kustomization.yaml", "transformers: [checks]\nvalidators: [check.yaml]", "check.yaml", none, "checks/kustomization.yaml", "resources: [check.yaml]", "checks/check.yaml", none}, "would delete everything"},
		"not listed":              {[]string{"kustomization.yaml", "validators: [other.yaml]", "other.yaml", other}, "is only for validators, and those of kustomization.yaml do not list this configuration"},
		"no kustomization":        {nil, "the working directory has none that can be read"},
		"a broken one":            {[]string{"kustomization.yaml", "a: b: c"}, "none that can be read"},
		"a folder of the name":    {[]string{"kustomization.yaml/x", ""}, "none that can be read"},
	} {
		t.Run(name, func(t *testing.T) {
			out := Run([]byte(withConfig(listOf(configMap("a", "x.yaml", 0, "v")), none)), Env{Dir: directory(t, tt.files...)})
			assert.Empty(t, out.Output)
			if tt.log == "" {
				assert.Equal(t, Outcome{Log: "kuniq: 1 object, no duplicates\n"}, out)
				return
			}
			assert.Equal(t, BadConfig, out.Code)
			assert.Contains(t, out.Log, tt.log)
		})
	}
	out := Run([]byte(withConfig(listOf(), none)), Env{})
	assert.Equal(t, BadConfig, out.Code, "nothing is known of the directory")
}

// With findings there is nothing on standard output either.
func TestEmitNoneFails(t *testing.T) {
	none := uniqueSpec("emit: none")
	dir := directory(t, "kustomization.yaml", "validators: [check.yaml]", "check.yaml", none)
	out := Run([]byte(withConfig(listOf(configMap("a", "x.yaml", 0, "v"), configMap("a", "y.yaml", 0, "v")), none)), Env{Dir: dir})
	assert.Equal(t, Findings, out.Code)
	assert.Empty(t, out.Output)
	assert.Contains(t, out.Log, "y.yaml[0]: error: ")
}
