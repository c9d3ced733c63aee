package argocd_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// app is an Application as the tables below write it.
type app struct {
	name, path, server, namespace, project, options, annotations string
	revision                                                     string
	manual, noFinalizer, disabled                                bool
}

func (a app) String() string {
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	finalizers := "finalizers: [resources-finalizer.argocd.argoproj.io]"
	if a.noFinalizer {
		finalizers = ""
	}
	automated := "automated: {prune: true}"
	if a.manual {
		automated = "automated: {prune: false}"
	}
	if a.disabled {
		automated = "automated: {prune: true, enabled: false}"
	}
	return fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: %s
  namespace: argocd
  annotations: {%s}
  %s
spec:
  project: %s
  source:
    repoURL: https://git.example.com/config.git
    path: %s
    targetRevision: %s
  destination:
    server: %s
    namespace: %s
  syncPolicy:
    %s
    syncOptions: [%s]
`, a.name, a.annotations, finalizers, or(a.project, "default"), or(a.path, "a"), or(a.revision, "HEAD"),
		or(a.server, "https://prod01"), or(a.namespace, "a"), automated, a.options)
}

// claimFile is a PersistentVolumeClaim.
func claimFile(name, annotations string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: %s\n  annotations: {%s}\n", name, annotations)
}

const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n"

// other is another ConfigMap.
var other = strings.Replace(config, "name: config", "name: x", 1)

// outcomes are what happens to the objects of all owners, as "OWNER OBJECT: FATE".
func outcomes(i impact.Impact) (all []string) {
	for _, c := range i.Deployers {
		for _, l := range c.Removed {
			all = append(all, fmt.Sprintf("%s %s/%s: %s", c.Deployer.Name, l.ID.Kind, l.ID.Name, l.Outcome))
		}
	}
	slices.Sort(all)
	return all
}

func rules(i impact.Impact, s dupcheck.Severity) (all []string) {
	for _, c := range i.Deployers {
		for _, f := range c.Findings {
			if f.Severity == s {
				all = append(all, string(f.Rule))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestChanges has the rows of what a change to an existing Application does.
// The comments say what Argo CD does, as its documentation and source have it.
func TestChanges(t *testing.T) {
	plain := app{name: "a"}
	volume := claimFile("data", "")
	for _, tt := range []struct {
		name       string
		base, head fstest.MapFS
		options    impact.Options
		outcomes   []string
		errors     []string
		warnings   []string
	}{
		{
			// Argo CD prunes what the old path had and the new one has not.
			name:     "path",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume, "a/c.yaml", config),
			head:     tree("apps.yaml", app{name: "a", path: "b"}.String(), "a/pvc.yaml", volume, "a/c.yaml", config, "b/c.yaml", config),
			outcomes: []string{"a PersistentVolumeClaim/data: pruned"}, errors: []string{"would-prune"}, warnings: []string{"identity-change"},
		},
		{
			// The same objects from elsewhere: nothing is pruned.
			name:     "path, with the same objects",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", app{name: "a", path: "b"}.String(), "b/pvc.yaml", volume),
			warnings: []string{"identity-change"},
		},
		{
			// The contents of another repository are not known.
			name: "repoURL",
			base: tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head: tree("apps.yaml", strings.Replace(app{name: "a", path: "x"}.String(), "git.example.com/config", "git.example.com/other", 1),
				"a/pvc.yaml", volume),
			errors: []string{"unresolved-change"}, warnings: []string{"identity-change"},
		},
		{
			// A chart of a registry: another version may have other objects.
			name:   "chart and targetRevision",
			base:   tree("apps.yaml", chart("1.0.0", "values.yaml")),
			head:   tree("apps.yaml", chart("2.0.0", "values.yaml")),
			errors: []string{"opaque-change"}, warnings: []string{"identity-change"},
		},
		{
			name:   "value files",
			base:   tree("apps.yaml", chart("1.0.0", "values.yaml")),
			head:   tree("apps.yaml", chart("1.0.0", "other.yaml")),
			errors: []string{"opaque-change"}, warnings: []string{"identity-change"},
		},
		{
			// A chart of a registry with values of this repository.
			name:   "the values in a file",
			base:   tree("apps.yaml", chartWithValues, "env/values.yaml", "persistence: true\n"),
			head:   tree("apps.yaml", chartWithValues, "env/values.yaml", "persistence: false\n"),
			errors: []string{"opaque-change"},
		},
		{
			name: "the same values in a file",
			base: tree("apps.yaml", chartWithValues, "env/values.yaml", "persistence: true\n"),
			head: tree("apps.yaml", chartWithValues, "env/values.yaml", "persistence: true\n", "env/other.yaml", "a: b\n"),
		},
		{
			// Nothing changes, so that nothing is unknown that was known.
			name: "a chart that stays",
			base: tree("apps.yaml", chart("1.0.0", "values.yaml")),
			head: tree("apps.yaml", chart("1.0.0", "values.yaml"), "other.yaml", config),
		},
		{
			// Objects without a namespace move: the old ones are pruned, and
			// the new claim gets an empty volume.
			name:     "destination namespace",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", app{name: "a", namespace: "b"}.String(), "a/pvc.yaml", volume),
			outcomes: []string{"a PersistentVolumeClaim/data: pruned"}, errors: []string{"would-prune"}, warnings: []string{"identity-change"},
		},
		{
			// Argo CD forgets the old cluster (argo-cd#9172).
			name:     "destination server",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume, "a/c.yaml", config),
			head:     tree("apps.yaml", app{name: "a", server: "https://prod02"}.String(), "a/pvc.yaml", volume, "a/c.yaml", config),
			outcomes: []string{"a ConfigMap/config: orphaned", "a PersistentVolumeClaim/data: orphaned"},
			warnings: []string{"identity-change", "orphaned-object"},
		},
		{
			name:    "destination server, by another name of it",
			base:    tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head:    tree("apps.yaml", strings.Replace(plain.String(), "server: https://prod01", "name: prod01", 1), "a/pvc.yaml", volume),
			options: impact.Options{Clusters: deploy.Clusters{{"prod01", "https://prod01"}}},
		},
		{
			// Objects that the project does not permit are kept, or the sync is refused.
			name: "project",
			base: tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head: tree("apps.yaml", app{name: "a", project: "other"}.String(), "a/pvc.yaml", volume),
		},
		{
			// The old one is deleted with its objects, before or after the new
			// one has taken them over.
			name:     "renamed, with the finalizer",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", app{name: "b"}.String(), "a/pvc.yaml", volume),
			outcomes: []string{"a PersistentVolumeClaim/data: moved"}, errors: []string{"moved-object"},
		},
		{
			name:     "renamed, without the finalizer",
			base:     tree("apps.yaml", app{name: "a", noFinalizer: true}.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", app{name: "b", noFinalizer: true}.String(), "a/pvc.yaml", volume),
			outcomes: []string{"a PersistentVolumeClaim/data: adopted"},
		},
		{
			name:     "removed, with the finalizer",
			base:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume, "a/c.yaml", config),
			head:     tree("a/pvc.yaml", volume, "a/c.yaml", config),
			outcomes: []string{"a ConfigMap/config: deleted", "a PersistentVolumeClaim/data: deleted"}, errors: []string{"would-prune"},
		},
		{
			name:     "removed, without the finalizer",
			base:     tree("apps.yaml", app{name: "a", noFinalizer: true}.String(), "a/pvc.yaml", volume),
			head:     tree("a/pvc.yaml", volume),
			outcomes: []string{"a PersistentVolumeClaim/data: orphaned"}, warnings: []string{"orphaned-object"},
		},
		{
			// Delete=false, not Prune=false, counts when the Application goes
			// (argo-cd#7124). A definition is never deleted.
			name: "removed, and some are protected",
			base: tree("apps.yaml", plain.String(),
				"a/1.yaml", claimFile("one", "argocd.argoproj.io/sync-options: Prune=false"),
				"a/2.yaml", claimFile("two", "argocd.argoproj.io/sync-options: Delete=false"),
				"a/3.yaml", claimFile("three", "helm.sh/resource-policy: keep"),
				"a/5.yaml", claimFile("five", "helm.sh/resource-policy: Keep"), // for Helm, but not for Argo CD
				"a/4.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: A, plural: as}}\n"),
			head: tree(),
			outcomes: []string{
				"a CustomResourceDefinition/as.example.com: protected", "a PersistentVolumeClaim/five: deleted", "a PersistentVolumeClaim/one: deleted",
				"a PersistentVolumeClaim/three: protected", "a PersistentVolumeClaim/two: protected",
			},
			errors: []string{"would-prune"},
		},
		{
			// If a is synced first it prunes what b then creates again
			// (argo-cd#16721).
			name:     "an object moves to another Application",
			base:     tree("apps.yaml", plain.String()+"---\n"+app{name: "b", path: "b"}.String(), "a/pvc.yaml", volume, "a/c.yaml", config, "b/x.yaml", other),
			head:     tree("apps.yaml", plain.String()+"---\n"+app{name: "b", path: "b"}.String(), "b/pvc.yaml", volume, "a/c.yaml", config, "b/x.yaml", other),
			outcomes: []string{"a PersistentVolumeClaim/data: moved"}, errors: []string{"moved-object"},
		},
		{
			name:     "an object without state moves",
			base:     tree("apps.yaml", plain.String()+"---\n"+app{name: "b", path: "b"}.String(), "a/pvc.yaml", volume, "a/c.yaml", config, "b/x.yaml", other),
			head:     tree("apps.yaml", plain.String()+"---\n"+app{name: "b", path: "b"}.String(), "a/pvc.yaml", volume, "b/c.yaml", config, "b/x.yaml", other),
			outcomes: []string{"a ConfigMap/config: moved"}, warnings: []string{"moved-object"},
		},
		{
			// Latent: nothing goes now, and everything may later.
			name:     "prune is switched on",
			base:     tree("apps.yaml", app{name: "a", manual: true}.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			warnings: []string{"safety-change"},
		},
		{
			name:     "a sync option is lost",
			base:     tree("apps.yaml", app{name: "a", options: "Prune=false"}.String(), "a/pvc.yaml", volume),
			head:     tree("apps.yaml", plain.String(), "a/pvc.yaml", volume),
			warnings: []string{"safety-change"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := compare(t, tt.base, tt.head, tt.options)
			assert.Equal(t, tt.outcomes, outcomes(got), "outcomes")
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error), "errors")
			assert.Equal(t, tt.warnings, rules(got, dupcheck.Warning), "warnings")
			assert.Equal(t, len(tt.errors) > 0, got.Fails())
		})
	}
}

const chartWithValues = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  sources:
  - {repoURL: https://charts.example.com, chart: postgresql, targetRevision: 1.0.0, helm: {valueFiles: [$values/env/values.yaml]}}
  - {repoURL: https://git.example.com/config.git, targetRevision: HEAD, ref: values}
  destination: {server: https://prod01, namespace: a}
`

func chart(version, values string) string {
	return fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  source: {repoURL: https://charts.example.com, chart: postgresql, targetRevision: %s, helm: {valueFiles: [%s]}}
  destination: {server: https://prod01, namespace: a}
  syncPolicy: {automated: {prune: true}}
`, version, values)
}

// TestWouldHavePrevented has what people believe protects them, and whether it
// stops the incident: a twin that replaces the Application and adds an object.
func TestWouldHavePrevented(t *testing.T) {
	protected := func(option string) string {
		return claimFile("data", "argocd.argoproj.io/sync-options: "+option)
	}
	for _, tt := range []struct {
		name        string
		base, twin  app
		object      string // at base
		atHead      string // the same object at head, if it differs
		root        string
		version     deploy.Version
		want        string
		wantsErrors bool
	}{
		// Read from the live object, which had it already.
		{name: "Prune=false", object: protected("Prune=false"), want: "protected"},
		{name: "Prune=confirm", object: protected("Prune=confirm"), version: "2.14", want: "asked"},
		{name: "Prune=confirm before it was known", object: protected("Prune=confirm"), version: "2.13", want: "pruned", wantsErrors: true},
		{name: "Prune=false among others", object: protected(`"Foo=bar, Prune=false"`), want: "protected"},
		// Case and blanks count: these are silently ignored.
		{name: "Prune=False", object: protected("Prune=False"), want: "pruned", wantsErrors: true},
		{name: "Prune= false", object: protected("Prune= false"), want: "pruned", wantsErrors: true},
		{name: "prune=false", object: protected("prune=false"), want: "pruned", wantsErrors: true},
		// The live object does not have it yet.
		{name: "Prune=false in the same change", object: claimFile("data", ""), atHead: protected("Prune=false"), want: "pruned", wantsErrors: true},
		// The twin replaces the options of the Application with its own.
		{name: "Prune=false of the Application", base: app{options: "Prune=false"}, object: claimFile("data", ""), version: "3.4", want: "pruned", wantsErrors: true},
		{name: "Prune=false of the twin", twin: app{options: "Prune=false"}, object: claimFile("data", ""), version: "3.4", want: "protected"},
		{name: "Prune=false of the twin before it was known", twin: app{options: "Prune=false"}, object: claimFile("data", ""), version: "3.3", want: "pruned", wantsErrors: true},
		{name: "Prune=true of the object over that of the twin", twin: app{options: "Prune=false"}, object: protected("Prune=true"), version: "3.4", want: "pruned", wantsErrors: true},
		// The Application is updated and not pruned, so that its own
		// annotation does nothing.
		{name: "Prune=false on the Application", base: app{annotations: "argocd.argoproj.io/sync-options: Prune=false"}, object: claimFile("data", ""), want: "pruned", wantsErrors: true},
		// One root: the live Application carries no other's mark.
		{name: "FailOnSharedResource", base: app{options: "FailOnSharedResource=true"}, twin: app{options: "FailOnSharedResource=true"}, object: claimFile("data", ""), want: "pruned", wantsErrors: true},
		// The twin has one object, so that not everything goes.
		{name: "allowEmpty: false", object: claimFile("data", ""), want: "pruned", wantsErrors: true},
		// Delays, and deletes all the same.
		{name: "PruneLast", base: app{options: "PruneLast=true"}, twin: app{options: "PruneLast=true"}, object: claimFile("data", ""), want: "pruned", wantsErrors: true},
		{name: "prune: false", base: app{manual: true}, twin: app{manual: true}, object: claimFile("data", ""), want: "kept"},
		// The twin's policy counts.
		{name: "prune: false of the old one only", base: app{manual: true}, object: claimFile("data", ""), want: "pruned", wantsErrors: true},
		// Both ways of reading must agree if the version is not known.
		{name: "Prune=true,Prune=false", object: protected(`"Prune=true,Prune=false"`), want: "pruned", wantsErrors: true},
		{name: "Prune=true,Prune=false, of old", object: protected(`"Prune=true,Prune=false"`), version: "3.3", want: "protected"},
		{name: "Prune=false,Prune=true", object: protected(`"Prune=false,Prune=true"`), version: "3.4", want: "protected"},
		// Hooks are not pruned.
		{name: "a hook", object: claimFile("data", "argocd.argoproj.io/hook: PreSync"), want: "kept"},
		{name: "a hook of Helm", object: claimFile("data", "helm.sh/hook: post-install"), want: "kept"},
		{name: "a hook of a later phase, too", object: claimFile("data", `argocd.argoproj.io/hook: "Skip,PreSync"`), want: "kept"},
		{name: "a skipped hook of no other phase", object: claimFile("data", `argocd.argoproj.io/hook: "Skip, Nothing"`), want: "pruned", wantsErrors: true},
		{name: "a definition as Helm 2 had it", object: claimFile("data", "helm.sh/hook: crd-install"), want: "pruned", wantsErrors: true},
		{name: "a hook of Helm, and a definition", object: claimFile("data", `helm.sh/hook: "crd-install,pre-install"`), want: "kept"},
		{name: "a skipped hook", object: claimFile("data", "argocd.argoproj.io/hook: Skip"), want: "pruned", wantsErrors: true},
		{name: "automated.enabled: false", twin: app{disabled: true}, object: claimFile("data", ""), want: "kept"},
		{name: "Delete=false", object: protected("Delete=false"), want: "pruned", wantsErrors: true},
		{name: "helm.sh/resource-policy", object: claimFile("data", "helm.sh/resource-policy: keep"), want: "pruned", wantsErrors: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.base.name, tt.twin.name, tt.twin.path = "a", "a", "b"
			if tt.atHead == "" {
				tt.atHead = tt.object
			}
			base := tree("apps.yaml", tt.base.String(), "a/pvc.yaml", tt.object)
			head := tree("apps.yaml", tt.base.String()+"---\n"+tt.twin.String(), "a/pvc.yaml", tt.atHead, "b/c.yaml", config)
			got := compare(t, base, head, impact.Options{Version: tt.version})
			assert.Equal(t, []string{"a PersistentVolumeClaim/data: " + tt.want}, outcomes(got))
			assert.Equal(t, tt.wantsErrors, slices.Contains(rules(got, dupcheck.Error), string(impact.WouldPrune)))
			// The twin itself is an error, whatever it deletes.
			assert.Contains(t, rules(got, dupcheck.Error), string(deploy.ApplicationCollision))
			found := deploy.Check(stateOf(t, head, argocd.Options{}), deploy.CheckOptions{})
			assert.Positive(t, found.Count(dupcheck.Error), "a check finds it in any case")
		})
	}
}
