package split_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/split"
)

// FuzzSplit: for any bytes, a plan is refused, or its files hold exactly the
// objects of the input, under names that are different on every file system,
// and the lines of the input less the separators.
func FuzzSplit(f *testing.F) {
	files, err := filepath.Glob(hardCases + "/*")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, seed := range []string{
		"---\nnull\n---\n# c\n~\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		"# a\n---\n# b\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# c\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |+\n    t\n\n---\n   # not text\n",
		"kind: List\napiVersion: v1\nitems:\n# one\n- &x\n  apiVersion: v1 # in\n  kind: ConfigMap\n  metadata: {name: a}\n# two\n- <<: *x\n  metadata:\n    name: b\n# end\n",
		"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMapList\",\"items\":[{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":\"b\"}}]}",
		"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n... # end\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: A}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n? {b: c}\n: d\n",
		"apiVersion: v1\r\nkind: List\r\nitems:\r\n  -\r\n    apiVersion: v1\r\n    kind: ConfigMap\r\n    metadata:\r\n      generateName: a\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		plan := split.New([]split.Input{{Name: "in", Data: slices.Clone(data)}}, split.Options{})
		if len(plan.Refusals) > 0 {
			return
		}
		requireSameObjects(t, data, plan)
		requireDistinctNames(t, plan)
		if len(plan.Files) > 0 {
			requireSameLines(t, data, plan)
		}
	})
}

func requireSameObjects(t *testing.T, data []byte, plan split.Plan) {
	before := valuesIn(t, data)
	var after []string
	for _, f := range plan.Files {
		values := valuesIn(t, f.Bytes())
		require.Len(t, values, 1, "%s: %q", f.Name, f.Bytes())
		after = append(after, values...)
	}
	slices.Sort(before)
	slices.Sort(after)
	require.Equal(t, before, after)
}

// valuesIn returns every object of a text as JSON, with the type that it may
// inherit from its list.
func valuesIn(t *testing.T, text []byte) []string {
	var out []string
	for o, err := range manifest.Parse("", text) {
		require.NoError(t, err)
		value, err := o.Body.Value()
		if err != nil {
			require.EqualError(t, err, "the object is not JSON")
			t.Skip("a key that is a collection")
		}
		fields := map[string]any{}
		for k, v := range value.(map[string]any) {
			fields[k] = v
		}
		fields["apiVersion"], fields["kind"] = o.APIVersion, o.Kind
		b, err := json.Marshal(fields)
		if err != nil {
			t.Skip("a value that JSON does not have") // .nan, .inf
		}
		out = append(out, string(b))
	}
	return out
}

func requireDistinctNames(t *testing.T, plan split.Plan) {
	seen := map[string]string{}
	for _, f := range plan.Files {
		key := fold.String(f.Name)
		require.NotContains(t, seen, key, "%s and %s", f.Name, seen[key])
		seen[key] = f.Name
		require.True(t, filepath.IsLocal(f.Name) && !strings.ContainsAny(f.Name, "/\\:"), f.Name)
		require.LessOrEqual(t, len(f.Name), 240)
	}
}

// requireSameLines compares the lines of input and files as multisets. Only
// separators and blank lines may differ, unless something was cut out of a
// List.
func requireSameLines(t *testing.T, data []byte, plan split.Plan) {
	for _, f := range plan.Files {
		if f.How != split.Sliced || f.From.Path != "" {
			return
		}
	}
	var all []byte
	for _, f := range plan.Files {
		all = append(all, f.Bytes()...)
		if !bytes.HasSuffix(all, []byte("\n")) {
			all = append(all, '\n')
		}
	}
	require.Equal(t, lines(data), lines(all))
}

// lines returns the lines less markers and blank ones, sorted.
func lines(data []byte) string {
	var out []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimPrefix(line, "\ufeff")
		for _, marker := range []string{"---", "..."} {
			if rest, ok := strings.CutPrefix(line, marker); ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n")) {
				line = strings.TrimLeft(rest, " \t")
			}
		}
		// JSON values in a row may share a line.
		for _, part := range strings.Split(strings.TrimSpace(line), "}{") {
			switch part = strings.Trim(part, "{} \t\r\n"); part {
			case "", "null", "Null", "NULL", "~": // documents that are null are left out
			default:
				out = append(out, part)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
