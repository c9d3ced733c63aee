package playground

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/split"
)

// inputs are the manifests below a directory, as a reader would drop them.
func inputs(t *testing.T, dir string) (all []split.Input) {
	t.Helper()
	tree := os.DirFS(filepath.FromSlash(dir))
	require.NoError(t, fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") { // such as an index
			return err
		}
		data, err := fs.ReadFile(tree, name)
		all = append(all, split.Input{Name: name, Data: data})
		return err
	}))
	return all
}

func check(t *testing.T, o Options, files ...split.Input) (*Result, Answer) {
	t.Helper()
	r, err := Check(files, o)
	require.NoError(t, err)
	a, err := r.Answer()
	require.NoError(t, err)
	return r, a
}

func file(name, text string) split.Input { return split.Input{Name: name, Data: []byte(text)} }

const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"

func TestIncident(t *testing.T) {
	r, a := check(t, Options{}, inputs(t, "../../examples/incident/head")...)
	assert.Equal(t, map[string]int{"files": 3, "objects": 9, "errors": 2, "warnings": 0, "infos": 0, "unread": 0}, a.Counts)
	assert.Contains(t, a.Text, "53 |\x1b[0m   name: idpe-cd-aws-prod01-eu-central-1\n")
	assert.Contains(t, a.Text, "\x1b[1;31m^^^^")
	assert.True(t, a.Blocked)
	assert.Empty(t, a.Files)
	var report struct{ Diagnostics []struct{ Rule string } }
	var b bytes.Buffer
	require.NoError(t, r.JSON(&b))
	require.NoError(t, json.Unmarshal(b.Bytes(), &report))
	assert.Equal(t, "identical-object", report.Diagnostics[0].Rule)
}

// The archive has the files that the command writes for the same input.
func TestSplit(t *testing.T) {
	data, err := os.ReadFile("../../examples/split/rendered.yaml")
	require.NoError(t, err)
	r, a := check(t, Options{}, split.Input{Name: "rendered.yaml", Data: data})
	assert.False(t, a.Blocked)
	assert.Equal(t, []string{"rendered.yaml:28: comments outside of any object were moved to the next one"}, a.Notes.First)
	var b, again bytes.Buffer
	require.NoError(t, r.Zip(&b))
	require.NoError(t, r.Zip(&again))
	assert.Equal(t, b.Bytes(), again.Bytes())
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	want := inputs(t, "../../examples/split/expected")
	require.Len(t, z.File, len(want))
	for i, f := range z.File {
		in, err := f.Open()
		require.NoError(t, err)
		got, err := io.ReadAll(in)
		require.NoError(t, err)
		assert.Equal(t, want[i], split.Input{Name: f.Name, Data: got})
		assert.Equal(t, File{f.Name, len(got)}, a.Files[i])
		assert.Equal(t, got, r.Content(i))
	}
	assert.Nil(t, r.Content(-1))
	assert.Nil(t, r.Content(len(want)))
}

func TestOptions(t *testing.T) {
	_, a := check(t, Options{Layout: "kpt"}, file("a.yaml", object))
	assert.Equal(t, "configmap_web.yaml", a.Files[0].Name)
	_, err := Check(nil, Options{Layout: "{{.kind}}"})
	require.Error(t, err)
	two := []split.Input{file("a.yaml", object), file("b.yaml", strings.Replace(object, "name:", "namespace: shop\n  name:", 1))}
	_, a = check(t, Options{}, two...)
	assert.Equal(t, 1, a.Counts["warnings"], "they may be one object")
	_, a = check(t, Options{Namespace: "shop"}, two...)
	assert.Equal(t, 1, a.Counts["errors"])
	_, a = check(t, Options{Namespace: "other"}, two...)
	assert.Zero(t, a.Counts["warnings"]+a.Counts["errors"])
}

// Input that is not understood, or that is not what is deployed, is never a clean check.
func TestUnread(t *testing.T) {
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [a.yaml]\n", "x/kustomization.yml": "", "x/Kustomization": "", "x/Chart.yaml": "name: x\n",
		"a.yaml": "{{ .Values.x }}\n", "b.yaml": object + "\"",
	} {
		_, a := check(t, Options{}, file(name, text), file("z.yaml", object))
		assert.Equal(t, 1, a.Counts["unread"], name)
		assert.Equal(t, 2, a.Counts["files"], name)
		assert.True(t, a.Blocked, name)
		assert.Contains(t, a.Text, name)
	}
	_, a := check(t, Options{}, file("charts.yaml", object), file("kustomization.yaml.txt", "# nothing\n"))
	assert.Zero(t, a.Counts["unread"])
}

func TestRefusals(t *testing.T) {
	_, a := check(t, Options{}, file("a.yaml", strings.Repeat("---\nx: y\n", mostLines+1)))
	assert.False(t, a.Blocked)
	assert.Empty(t, a.Files)
	assert.Equal(t, mostLines+1, a.Refusals.Total)
	assert.Len(t, a.Refusals.First, mostLines)
}

func TestLimits(t *testing.T) {
	_, err := Check(make([]split.Input, MostFiles+1), Options{})
	require.ErrorContains(t, err, "10001 files")
	big := file("a.yaml", "#"+strings.Repeat(" ", MostBytes-1))
	_, err = Check([]split.Input{big}, Options{})
	require.NoError(t, err)
	_, err = Check([]split.Input{big, file("b.yaml", "x")}, Options{})
	require.ErrorContains(t, err, "33554433 bytes")
}

// A name that is hostile to a terminal is quoted, so that only kuniq's own escapes are in
// a text, from which the page makes colours and links.
func TestNoEscapesOfTheInput(t *testing.T) {
	hostile := "\x1b[31m\x1b]8;;https://example.com\x1b\\x"
	encoded, err := json.Marshal(hostile)
	require.NoError(t, err)
	text := strings.Replace(object, "web", string(encoded), 1)
	_, a := check(t, Options{}, file(hostile+".yaml", text), file("b.yaml", text), file(hostile+"/kustomization.yaml", ""))
	require.Positive(t, a.Counts["errors"])
	assert.NotContains(t, a.Text, hostile[:5])
	assert.NotContains(t, a.Text, "\x1b]8;;https://example.com")
	_, a = check(t, Options{}, file(hostile+".yaml", "x: y\n"))
	assert.NotContains(t, strings.Join(a.Refusals.First, ""), "\x1b")
}

func TestLine(t *testing.T) {
	r := Result{source: map[string][]byte{"a": []byte("\ufeffone\r\ntwo\n\nfour"), "empty": nil}}
	for i, want := range []string{"one", "two", "", "four"} {
		got, ok := r.line("a", i+1)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	for name, number := range map[string]int{"a": 5, "b": 1, "empty": 2} {
		_, ok := r.line(name, number)
		assert.False(t, ok, name)
	}
}

// TestPageTakesNoMarkup: nothing in the page turns text into elements or code.
func TestPageTakesNoMarkup(t *testing.T) {
	for _, name := range []string{"page.js", "worker.js", "index.html"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", " style=", " onclick="} {
			assert.NotContains(t, string(text), sink, "%s", path.Base(name))
		}
	}
}
