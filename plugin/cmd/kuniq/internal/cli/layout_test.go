package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/split"
)

func TestLayoutFunctions(t *testing.T) {
	name := func(template string) ([]string, []split.Refusal) {
		layout, err := split.ParseLayout(template, layoutFunctions())
		require.NoError(t, err)
		return split.Name([]split.Subject{{Name: "Web", Value: func() (any, error) {
			return map[string]any{"kind": "Service", "metadata": map[string]any{"name": "Web"}}, nil
		}}}, layout, "")
	}
	names, refusals := name(`{{.metadata.namespace | default "cluster"}}/{{range list 1 2}}{{.}}/{{end}}{{.kind | lower}}`)
	require.Empty(t, refusals)
	require.Equal(t, []string{"cluster/1/2/service.yaml"}, names)
	_, refusals = name(`{{fail "no"}}`)
	require.Len(t, refusals, 1)

	for _, s := range []string{`{{env "HOME"}}`, `{{now}}`, `{{genPrivateKey "rsa"}}`, `{{randAlpha 4}}`} {
		_, err := split.ParseLayout(s, layoutFunctions())
		require.Error(t, err, s)
	}
}
