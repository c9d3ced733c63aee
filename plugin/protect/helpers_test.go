package protect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

const (
	config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n"

	application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: a
  namespace: argocd
  annotations: {argocd.argoproj.io/sync-options: Prune=confirm}
  finalizers: [resources-finalizer.argocd.argoproj.io]
spec:
  project: default
  source:
    repoURL: https://git.example.com/config.git
    path: a
    targetRevision: HEAD
  destination:
    server: https://prod01
    namespace: a
  syncPolicy:
    automated: {prune: true}
    syncOptions: ["Prune=False", "Replace=true,Force=true"]
`
	applicationSet = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set, namespace: argocd}
spec:

  generators: []
  template:
    metadata: {name: 'x'}
`
)

// claimFile is a PersistentVolumeClaim.
func claimFile(name, annotations string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: %s\n  annotations: {%s}\n", name, annotations)
}

// parse reads all objects of a manifest.
func parse(t testing.TB, text string) (all []dupcheck.Object) {
	t.Helper()
	for o, err := range manifest.Parse("a.yaml", []byte(text)) {
		require.NoError(t, err)
		all = append(all, o)
	}
	return all
}

// found are the findings as "SEVERITY RULE ID: FILE:LINE, ...".
func found(r dupcheck.Report) (all []string) {
	for _, d := range r.Diagnostics {
		var places []string
		for _, at := range d.Declarations {
			places = append(places, fmt.Sprintf("%s:%d", at.File, at.Line))
		}
		all = append(all, fmt.Sprintf("%s %s %s: %s", d.Severity, d.Rule, d.ID, strings.Join(places, ", ")))
	}
	return all
}
