package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
)

// These types are the contract of -o json, written down from the design (its
// section 3) and not from the code. Fields may be added at the end of each,
// none renamed or removed.
type (
	contractReport struct {
		Version     int                  `json:"version"`
		Files       int                  `json:"files"`
		Objects     int                  `json:"objects"`
		Diagnostics []contractDiagnostic `json:"diagnostics"`
		Unread      []contractUnread     `json:"unread"`
		Skipped     []contractSkipped    `json:"skipped"`

		// Added:
		Suppressed []contractSuppressed `json:"suppressed"`
		Stale      []contractAccepted   `json:"stale"`
		Accounting contractAccounting   `json:"accounting"`
		FileStates []contractState      `json:"fileStates"`
		Allowed    []contractAllowed    `json:"allowed,omitempty"`
	}
	contractSuppressed struct {
		By      string `json:"by"`
		Pattern string `json:"pattern"`
		Reason  string `json:"reason,omitempty"`
		contractDiagnostic
	}
	contractAccepted struct {
		Rule  string     `json:"rule"`
		Set   string     `json:"set"`
		ID    contractID `json:"id"`
		Files []string   `json:"files"`
	}
	contractAllowed struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Reason  string `json:"reason"`
		Setting string `json:"setting"`
		Because string `json:"because"`
	}
	contractDiagnostic struct {
		Rule         string                `json:"rule"`
		Severity     string                `json:"severity"`
		Set          string                `json:"set"`
		ID           *contractID           `json:"id"`
		Message      string                `json:"message"`
		Identical    bool                  `json:"identical"`
		Differs      []string              `json:"differs"`
		DiffersMore  int                   `json:"differsMore"`
		Wins         *int                  `json:"wins"`
		Declarations []contractDeclaration `json:"declarations"`
		// Added:
		Effect string          `json:"effect"`
		Advice string          `json:"advice"`
		Values []contractValue `json:"values,omitempty"` // only with --show-values
	}
	contractID struct {
		Group     string `json:"group"`
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	contractDeclaration struct {
		File       string `json:"file"`
		Line       int    `json:"line"`
		Column     int    `json:"column"`
		Document   int    `json:"document"`
		Path       string `json:"path"`
		Origin     string `json:"origin"`
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Namespace  string `json:"namespace"`
		Name       string `json:"name"`
		// Added:
		GenerateName string `json:"generateName"`
	}
	contractValue struct {
		Path   string   `json:"path"`
		Values []string `json:"values"`
	}
	contractUnread struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Reason string `json:"reason"`

		// Added:
		Code string `json:"code,omitempty"`
		Help string `json:"help,omitempty"`
	}
	contractSkipped struct {
		File   string `json:"file"`
		Reason string `json:"reason"`
	}
	contractAccounting struct {
		Files        int `json:"files"`
		Compared     int `json:"compared"`
		Inputs       int `json:"inputs"`
		NotManifests int `json:"notManifests"`
		LeftOut      int `json:"leftOut"`
		Unread       int `json:"unread"`
	}
	contractState struct {
		File   string `json:"file"`
		State  string `json:"state"`
		Reason string `json:"reason"`
		Target string `json:"target"`
	}
)

// decodeContract decodes a report and requires that it has the fields of the
// contract, all of them and no others, and no null but where one is promised.
func decodeContract(t *testing.T, encoded string) contractReport {
	t.Helper()
	var r contractReport
	dec := json.NewDecoder(strings.NewReader(encoded))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&r))
	require.False(t, dec.More(), "one object")

	again, err := json.Marshal(r)
	require.NoError(t, err)
	require.JSONEq(t, string(again), encoded, "a field of the contract is missing")

	var raw any
	require.NoError(t, json.Unmarshal([]byte(encoded), &raw))
	requireNoNull(t, "", raw)
	a := r.Accounting
	require.Equal(t, a.Files, a.Compared+a.Inputs+a.NotManifests+a.LeftOut+a.Unread, "every file has one state")
	return r
}

func requireNoNull(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
		last := path[strings.LastIndexByte(path, '.')+1:]
		require.Contains(t, []string{"id", "wins"}, last, "%s is null", path)
	case map[string]any:
		for k, field := range v {
			requireNoNull(t, path+"."+k, field)
		}
	case []any:
		for _, element := range v {
			requireNoNull(t, path+"[]", element)
		}
	}
}

// tree writes files below a new directory and makes that the working one.
func tree(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	}
	t.Chdir(dir)
}

func TestJSONOfAClash(t *testing.T) {
	tree(t, map[string]string{"env/prod/apps.yaml": `# comment
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: idpe-cd
  namespace: argocd
spec: {destination: {namespace: idpe}, source: {path: env/prod01/idpe}}
---
# an empty document
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: idpe-cd, namespace: argocd}
spec: {destination: {namespace: iox}, source: {path: env/prod01/iox}}
`})
	got := run(t, "", "check", "-o", "json", "env")
	assert.Equal(t, exitFindings, got.code)
	assert.Empty(t, got.stderr)

	one := contractDeclaration{
		File: "env/prod/apps.yaml", Line: 5, Column: 9,
		APIVersion: "argoproj.io/v1alpha1", Kind: "Application", Namespace: "argocd", Name: "idpe-cd",
	}
	other, last := one, 1
	other.Line, other.Column, other.Document = 13, 18, 2
	assert.Equal(t, contractReport{
		Version: 1, Files: 1, Objects: 2,
		Diagnostics: []contractDiagnostic{{
			Rule: "duplicate-object", Severity: "error",
			ID:      &contractID{"argoproj.io", "Application", "argocd", "idpe-cd"},
			Message: "Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path",
			Differs: []string{"spec.destination.namespace", "spec.source.path"},
			Wins:    &last, Declarations: []contractDeclaration{one, other},
			Effect: "Argo CD would prune what the other deployed",
			Advice: "rename or remove one; if they are meant for different clusters, check them as separate sets",
		}},
		Unread: []contractUnread{}, Skipped: []contractSkipped{},
		Suppressed: []contractSuppressed{}, Stale: []contractAccepted{}, FileStates: []contractState{},
		Accounting: contractAccounting{Files: 1, Compared: 1},
	}, decodeContract(t, got.stdout))
}

func TestJSONOfNothingFound(t *testing.T) {
	got := run(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", "check", "-o", "json", "-")
	assert.Equal(t, exitClean, got.code)
	assert.Equal(t, contractReport{
		Version: 1, Files: 1, Objects: 1,
		Diagnostics: []contractDiagnostic{}, Unread: []contractUnread{}, Skipped: []contractSkipped{},
		Suppressed: []contractSuppressed{}, Stale: []contractAccepted{}, FileStates: []contractState{},
		Accounting: contractAccounting{Files: 1, Compared: 1},
	}, decodeContract(t, got.stdout))
}

func TestJSONOfUnreadAndSkipped(t *testing.T) {
	tree(t, map[string]string{
		"in/app/kustomization.yaml": "resources: ['https://example.com/a.yaml']\n",
		"in/broken.yaml":            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\n",
		"in/lib.libsonnet":          "{}",
		"in/ok.yaml":                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		"in/vendor/x.yaml":          "kind: \"",
	})
	got := run(t, "", "check", "-o", "json", "--skip", "vendor", "in", "missing")
	assert.Equal(t, exitNoWork, got.code)
	r := decodeContract(t, got.stdout)
	assert.Equal(t, 1, r.Objects)
	assert.Empty(t, r.Diagnostics)

	require.Len(t, r.Unread, 3)
	assert.Equal(t, "in/broken.yaml", r.Unread[0].File)
	assert.Equal(t, 3, r.Unread[0].Line)
	assert.Equal(t, "invalid", r.Unread[0].Code)
	assert.Equal(t, contractUnread{"missing", 0, "no such file or directory", "", ""}, r.Unread[1])
	assert.Equal(t, "in/app", r.Unread[2].File)
	assert.Contains(t, r.Unread[2].Reason, "unresolved: in/app/kustomization.yaml: resources names something to be fetched")
	assert.Contains(t, r.Unread[2].Help, "--allow-unresolved GLOB")

	require.Len(t, r.Skipped, 2)
	assert.Equal(t, "in/lib.libsonnet", r.Skipped[0].File)
	assert.Equal(t, contractSkipped{"in/vendor", "left out by skip vendor"}, r.Skipped[1])
}

// TestJSONOfEveryRule shows that the contract holds whatever was found.
func TestJSONOfEveryRule(t *testing.T) {
	input, err := os.ReadFile("testdata/every-rule.yaml")
	require.NoError(t, err)
	got := run(t, string(input), "check", "-o", "json", "--show-values", "-")
	r := decodeContract(t, got.stdout)
	assert.Empty(t, r.Unread)
	var rules []string
	for _, d := range r.Diagnostics {
		rules = append(rules, d.Rule)
		assert.Contains(t, []string{"error", "warning", "info"}, d.Severity)
		assert.NotEmpty(t, d.Message)
		require.NotEmpty(t, d.Declarations, d.Message)
		if d.Wins != nil {
			assert.Equal(t, len(d.Declarations)-1, *d.Wins, d.Message)
		}
		assert.LessOrEqual(t, len(d.Differs), 10)
		for _, o := range d.Declarations {
			assert.Equal(t, "-", o.File)
			assert.Positive(t, o.Line)
			assert.Positive(t, o.Column)
		}
	}
	assert.Subset(t, rules, dupcheck.AllRules().Names())
}

func TestJSONCountsFurtherDifferences(t *testing.T) {
	var b bytes.Buffer
	for _, value := range []string{"a", "b"} {
		b.WriteString("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n")
		for _, key := range strings.Split("abcdefghijklm", "") {
			b.WriteString("  " + key + ": " + value + "\n")
		}
	}
	got := run(t, b.String(), "check", "-o", "json", "-")
	r := decodeContract(t, got.stdout)
	require.Len(t, r.Diagnostics, 1)
	assert.Len(t, r.Diagnostics[0].Differs, 10)
	assert.Equal(t, 3, r.Diagnostics[0].DiffersMore)
	assert.Empty(t, r.Diagnostics[0].Values)

	got = run(t, b.String(), "check", "-o", "json", "--show-values", "-")
	r = decodeContract(t, got.stdout)
	require.Len(t, r.Diagnostics[0].Values, 10)
	assert.Equal(t, contractValue{"data.a", []string{`"a"`, `"b"`}}, r.Diagnostics[0].Values[0])
}

func TestJSONOfWhatIsSuppressed(t *testing.T) {
	two := "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
	got := run(t, two+"---\n"+two, "check", "-o", "json", "--ignore", "Service *", "-")
	assert.Equal(t, exitClean, got.code)
	r := decodeContract(t, got.stdout)
	assert.Empty(t, r.Diagnostics)
	require.Len(t, r.Suppressed, 1)
	s := r.Suppressed[0]
	assert.Equal(t, []string{"ignore", "Service *", "identical-object"}, []string{s.By, s.Pattern, s.Rule})
	assert.Len(t, s.Declarations, 2)
}
