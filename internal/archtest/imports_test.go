// Package archtest holds the repository to its own rules: which package may
// import which, and that everything exported is documented.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kuniq/kuniq"

// listed is what "go list" says about a package.
type listed struct {
	ImportPath, Dir, Name string
	Standard              bool
	GoFiles               []string
	Imports               []string
	IgnoredGoFiles        []string
	TestImports           []string
	XTestImports          []string
}

// packages are those of all modules in go.work that are within one of some folders,
// or all. The benchmark is no part of it.
func packages(t *testing.T, folders ...string) (all []listed) {
	t.Helper()
	for _, p := range goList(t, "work") {
		path, ours := own(p.ImportPath)
		require.True(t, ours, p.ImportPath)
		in := func(folder string) bool { return within(path, folder) }
		if !in("internal/bench") && (len(folders) == 0 || slices.ContainsFunc(folders, in)) {
			all = append(all, p)
		}
	}
	return all
}

// goList runs "go list" in the root of the repository.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Dir,Name,Standard,GoFiles,Imports,IgnoredGoFiles,TestImports,XTestImports"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}

// own returns the path of a package of ours inside the module.
func own(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// within says whether a package is a folder or below it.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

// layers are the folders of the repository, and which others each may import. The
// first that holds a package counts. A folder may always import what is below
// itself.
var layers = []struct {
	folder string
	may    []string
}{
	{"dupcheck/manifest/rnode", []string{"dupcheck", "dupcheck/manifest"}},
	{"dupcheck/manifest/internal/outline", nil}, // bytes to places
	{"dupcheck/manifest", []string{"dupcheck", "internal/crash", "internal/largebuf", "internal/rootfs"}},
	{"dupcheck/report/page", nil}, // text to HTML
	{"dupcheck/report", []string{"dupcheck"}},
	{"dupcheck", nil},
	{"split", []string{"dupcheck", "dupcheck/manifest", "internal/crash"}},          // to read what it wrote
	{"docs", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split"}}, // the page that runs the libraries
	{"plugin/cmd", []string{"docs", "dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/*", "internal/crash", "internal/largebuf", "internal/rootfs"}},
	{"plugin/restore", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split"}},           // pure over objects
	{"plugin/internal", []string{"internal/crash", "dupcheck", "dupcheck/manifest"}},                    // what the plugins have in common
	{"plugin/checkout", []string{"dupcheck", "dupcheck/manifest", "plugin/internal", "internal/crash"}}, // what is in a tree
	{"plugin/impact", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "plugin/deploy", "plugin/policy", "plugin/render", "plugin/checkout", "plugin/protect/admission"}},
	{"plugin/migrate", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/checkout", "plugin/policy", "plugin/internal", "internal/crash"}},
	{"plugin/protect/admission", []string{"dupcheck", "plugin/deploy"}}, // values to manifests
	{"plugin/propose", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/gate", "plugin/deploy", "plugin/policy", "plugin/checkout", "plugin/vendored"}},
	{"plugin/protect", []string{"dupcheck", "dupcheck/manifest", "plugin/gate", "plugin/deploy", "plugin/checkout", "plugin/internal"}},
	{"plugin/deploy", []string{"dupcheck", "dupcheck/manifest", "plugin/render", "plugin/vendored", "plugin/checkout", "plugin/policy"}}, // who deploys what
	{"plugin/policy", []string{"plugin/internal", "dupcheck", "dupcheck/manifest", "dupcheck/report", "plugin/checkout"}},                // kuniq.yaml, baseline, allowances
	{"plugin/gate", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "internal/rootfs", "plugin/checkout", "plugin/policy", "plugin/render", "plugin/vendored"}},
	{"plugin/render", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/checkout", "plugin/vendored", "plugin/jsonnethook", "plugin/internal", "internal/crash"}},
	{"plugin", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/checkout", "plugin/internal", "internal/crash"}}, // see folderOf
	{"examples", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/*"}},
	{"internal/archtest", nil},
	{"internal/crash", nil},
	{"internal/messages", nil}, // a command and its test
	{"internal/largebuf", []string{"internal/crash"}},
	{"internal/rootfs", nil},
	{"internal/fold", nil},
	{"internal/jsontext", nil},
	{"internal/tsv", nil},
	{"internal/assertion", nil},
}

// allowed says whether one package of ours may import another.
func allowed(from, to string) bool {
	if within(to, "internal") && !within(from, "internal") {
		return !within(to, "internal/archtest") // what all modules share
	}
	for _, l := range layers {
		if !within(from, l.folder) {
			continue
		}
		if within(to, folderOf(from, l.folder)) && !isPublicPart(from, to) {
			return true
		}
		return slices.ContainsFunc(l.may, func(may string) bool {
			if folder, ok := strings.CutSuffix(may, "/*"); ok {
				return strings.HasPrefix(to, folder+"/")
			}
			return to == may || strings.HasPrefix(to, may+"/") && may != "dupcheck"
		})
	}
	return false
}

// folderOf is the folder that a package is a part of: every plugin is one of
// its own.
func folderOf(pkg, layer string) string {
	if layer != "plugin" {
		return layer
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(pkg, "plugin/"), "/")
	return "plugin/" + name
}

// isPublicPart says whether the core would import one of the packages that
// stand on it, which live in folders below it.
func isPublicPart(from, to string) bool {
	return from == "dupcheck" && (within(to, "dupcheck/manifest") || within(to, "dupcheck/report")) ||
		from == "dupcheck/manifest" && within(to, "dupcheck/manifest/rnode")
}

// TestImportsRunOneWay is design section 1.
func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		from, _ := own(p.ImportPath)
		known := slices.ContainsFunc(layers, func(l struct {
			folder string
			may    []string
		},
		) bool {
			return within(from, l.folder)
		})
		assert.True(t, known, "%s is in no known folder: say here which others it may import", from)
		for _, i := range p.Imports {
			if to, ok := own(i); ok {
				assert.True(t, allowed(from, to), "%s imports %s", from, to)
			}
		}
	}
}

// TestAllowed shows that the test above can fail.
func TestAllowed(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"dupcheck/manifest", "dupcheck", true},
		{"dupcheck/manifest/rnode", "dupcheck/manifest", true},
		{"dupcheck/internal/foldgen", "dupcheck/internal/x", true},
		{"split", "dupcheck", true},
		{"plugin/deploy/argocd", "plugin/render", true},
		{"plugin/impact", "plugin/deploy", true},
		{"plugin/render", "plugin/jsonnethook", true},
		{"plugin/krmfn", "plugin/krmfn/internal/x", true},
		{"plugin/render/kustomize", "plugin/internal/kustomizer", true},
		{"plugin/internal/kustomizer", "plugin/render", false},
		{"plugin/cmd/kuniq/internal/cli", "plugin/krmfn", true},
		{"plugin/cmd/kuniq", "plugin/cmd/kuniq/internal/cli", true},
		{"dupcheck", "dupcheck/manifest", false},
		{"dupcheck", "dupcheck/report", false},
		{"dupcheck", "split", false},
		{"dupcheck/manifest", "dupcheck/report", false},
		{"dupcheck/manifest", "dupcheck/manifest/rnode", false},
		{"dupcheck/report", "dupcheck/manifest", false},
		{"dupcheck/report", "dupcheck/report/page", true},
		{"dupcheck/report/page", "dupcheck", false},
		{"split", "dupcheck/report", false},
		{"split", "plugin/render", false},
		{"plugin/render", "plugin/deploy/argocd", false},
		{"plugin/jsonnethook", "plugin/render", false},
		{"plugin/krmfn", "plugin/render", false},
		{"plugin/krmfn", "plugin/cmd/kuniq", false},
		{"attic", "dupcheck", false},
	} {
		assert.Equal(t, tt.want, allowed(tt.from, tt.to), "%s -> %s", tt.from, tt.to)
	}
}

// externals are the imports from other modules, package by package: a program that
// wants identity alone must not get a YAML parser with it. "..." stands for all
// packages below.
var externals = map[string][]string{
	"dupcheck":                           {},
	"plugin/internal/foldgen":            {"golang.org/x/text/unicode/norm"},
	"plugin/internal/e2e":                {},
	"plugin/internal/oracle":             {},
	"plugin/internal/soundness":          {},
	"dupcheck/manifest":                  {"go.yaml.in/yaml/v3"},
	"dupcheck/manifest/internal/outline": {},
	"dupcheck/manifest/rnode":            {"sigs.k8s.io/kustomize/kyaml/..."},
	"dupcheck/manifest/text":             {"go.yaml.in/yaml/v3"},
	"dupcheck/report":                    {},
	"dupcheck/report/page":               {},
	"split":                              {"go.yaml.in/yaml/v3"},
	"split/journal":                      {"golang.org/x/sys/unix"},
	"plugin/checkout/gitops":             {"github.com/bmatcuk/doublestar/v4", "go.yaml.in/yaml/v3", "sigs.k8s.io/json"},
	"plugin/deploy":                      {"github.com/bmatcuk/doublestar/v4"},
	"plugin/deploy/setup":                nil,
	"plugin/deploy/argocd": {
		"github.com/Masterminds/sprig/v3", "github.com/bmatcuk/doublestar/v4",
		"k8s.io/apimachinery/pkg/...", "sigs.k8s.io/yaml",
	},
	"plugin/deploy/flux": {
		"github.com/bmatcuk/doublestar/v4", "github.com/fluxcd/pkg/sourceignore", "github.com/fluxcd/pkg/sourceignore/gitignore",
		"sigs.k8s.io/kustomize/api/types", "sigs.k8s.io/kustomize/kyaml/resid", "sigs.k8s.io/yaml",
	},
	"plugin/impact":                     {},
	"plugin/propose":                    {},
	"plugin/protect":                    {"github.com/bmatcuk/doublestar/v4", "go.yaml.in/yaml/v3", "sigs.k8s.io/json", "sigs.k8s.io/yaml"},
	"plugin/protect/admission":          {"go.yaml.in/yaml/v3"},
	"plugin/cmd/kuniq":                  {},
	"plugin/cmd/kuniq/internal/advice":  {},
	"plugin/cmd/kuniq/internal/child":   {},
	"plugin/cmd/kuniq/internal/man":     {"github.com/spf13/cobra"},
	"plugin/cmd/kuniq/internal/outcome": {},
	"plugin/cmd/kuniq/internal/outfile": {},
	"plugin/cmd/kuniq/internal/stream":  {"golang.org/x/sys/unix", "golang.org/x/sys/windows"},
	"plugin/cmd/kuniq/internal/schema":  {},
	"plugin/cmd/kuniq/internal/cli": {
		"github.com/Masterminds/sprig/v3", "github.com/bmatcuk/doublestar/v4", "github.com/spf13/cobra", "github.com/spf13/pflag",
		"golang.org/x/term", "golang.org/x/tools/txtar",
	},
	"plugin/gate":                        {},
	"plugin/policy":                      {"github.com/bmatcuk/doublestar/v4", "go.yaml.in/yaml/v3"},
	"plugin/checkout/revision":           {"github.com/Masterminds/semver/v3"},
	"plugin/vendored":                    {"github.com/Masterminds/semver/v3", "sigs.k8s.io/yaml"},
	"plugin/jsonnethook":                 {}, // not go-jsonnet: hosts bring their own
	"plugin/jsonnethook/internal/libgen": {},
	"plugin/jsonnethook/gojsonnet": {
		"github.com/google/go-jsonnet", "github.com/google/go-jsonnet/ast",
	},
	"plugin/checkout": {
		"github.com/bmatcuk/doublestar/v4", "github.com/go-git/gcfg/v2", "go.yaml.in/yaml/v3", "sigs.k8s.io/kustomize/api/...", "sigs.k8s.io/yaml",
	},
	"plugin/internal/gitenv": {},
	"plugin/internal/kustomizer": {
		"sigs.k8s.io/kustomize/api/...", "sigs.k8s.io/kustomize/kyaml/...",
	},
	"plugin/internal/replace": {},
	"plugin/internal/worker":  {},
	"plugin/krmfn":            {"go.yaml.in/yaml/v3", "sigs.k8s.io/kustomize/kyaml/..."},
	"plugin/migrate": {
		"github.com/bmatcuk/doublestar/v4", "go.yaml.in/yaml/v3",
		"sigs.k8s.io/kustomize/api/types", "sigs.k8s.io/kustomize/kyaml/...",
	},
	"plugin/restore":    {"go.yaml.in/yaml/v3", "k8s.io/apimachinery/pkg/api/resource"},
	"plugin/render":     {},
	"plugin/render/job": {},
	"plugin/render/kustomize": {
		"github.com/fluxcd/pkg/envsubst", "github.com/fluxcd/pkg/envsubst/parse", "sigs.k8s.io/yaml",
		"go.yaml.in/yaml/v3", "sigs.k8s.io/kustomize/api/...", "sigs.k8s.io/kustomize/kyaml/resid",
	},
	"plugin/render/helm":     {},
	"plugin/render/jsonnet":  {"github.com/google/go-jsonnet"},
	"plugin/render/tanka":    {"sigs.k8s.io/yaml"},
	"plugin/render/evaluate": {"github.com/google/go-jsonnet", "sigs.k8s.io/yaml"},
	"plugin/render/jsonnet/natives": {
		"github.com/google/go-jsonnet", "github.com/google/go-jsonnet/ast", "go.yaml.in/yaml/v3",
	},
}

func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// imports says whether a list of packages has one.
func imports(list []string, pkg string) bool {
	return slices.ContainsFunc(list, func(l string) bool {
		folder, ok := strings.CutSuffix(l, "/...")
		return pkg == l || ok && within(pkg, folder)
	})
}

func TestExternalImports(t *testing.T) {
	for _, p := range packages(t, "dupcheck", "split", "plugin") {
		from, _ := own(p.ImportPath)
		listed, ok := externals[from]
		if !assert.True(t, ok, "%s: list here what it may import from other modules", from) {
			continue
		}
		for _, i := range p.Imports {
			if _, ours := own(i); ours || isStandard(i) {
				continue
			}
			assert.True(t, imports(listed, i), "%s imports %s", from, i)
		}
	}
}

// libraries are the modules that programs import.
var libraries = []string{"internal", "dupcheck/manifest/rnode", "dupcheck", "split", "plugin/jsonnethook"}

// TestTestsNeedNothing: what only a test imports would be a requirement of every
// program that imports the module.
func TestTestsNeedNothing(t *testing.T) {
	for _, library := range libraries {
		var may []string
		for folder, pkgs := range externals {
			if within(folder, library) && libraryOf(folder) == library {
				may = append(may, pkgs...)
			}
		}
		for _, p := range packages(t, library) {
			path, _ := own(p.ImportPath)
			for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
				if _, ours := own(i); ours || isStandard(i) || libraryOf(path) != library {
					continue
				}
				assert.True(t, imports(may, i), "the tests of %s import %s: move them to plugin/internal/oracle", path, i)
			}
		}
	}
}

// libraryOf returns the library that a folder is in.
func libraryOf(folder string) string {
	for _, l := range libraries {
		if within(folder, l) {
			return l
		}
	}
	return ""
}

// TestCoreDependencies: all that the core needs, directly or not.
func TestCoreDependencies(t *testing.T) {
	var got []string
	for _, p := range goList(t, "-deps", "./dupcheck") {
		if !p.Standard {
			got = append(got, p.ImportPath)
		}
	}
	slices.Sort(got)
	assert.Equal(t, []string{module + "/dupcheck", module + "/internal/fold", module + "/internal/jsontext", module + "/internal/tsv"}, got)
}
