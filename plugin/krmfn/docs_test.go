package krmfn

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```\n")

// TestDocumentedConfigs: the functionConfigs of the pages are understood, and
// together they show every field.
func TestDocumentedConfigs(t *testing.T) {
	shown := map[string]bool{}
	for _, page := range []string{"README.md", "../../docs/function.md"} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		found := 0
		for _, m := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(m[1], "kuniq.dev/") {
				continue
			}
			found++
			root, err := parse([]byte(m[1]))
			require.NoError(t, err)
			c, err := configure(root, 0, nil)
			require.NoError(t, err, "%s:\n%s", page, m[1])
			for i, n := range lookup(root, "spec").Content {
				if i%2 == 0 {
					shown[c.kind+"."+n.Value] = true
				}
			}
		}
		assert.NotZero(t, found, page)
	}
	for kind, settings := range map[string][]setting{kindUnique: uniqueSettings, kindFiles: filesSettings} {
		for _, name := range names(settings, false) {
			if kind == kindUnique || name != "clusterScoped" && name != "openshift" { // in a comment
				assert.True(t, shown[kind+"."+name], "%s.%s is not documented", kind, name)
			}
		}
	}
}

// TestMetadata: metadata.yaml has what kpt's catalog asks for, and nothing else.
func TestMetadata(t *testing.T) {
	decoder := yaml.NewDecoder(strings.NewReader(string(metadataFile)))
	decoder.KnownFields(true)
	var m metadata
	require.NoError(t, decoder.Decode(&m))
	assert.NotEmpty(t, m.Description)
	assert.NotEmpty(t, m.SourceURL)
}
