package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

var service = report.Entry{
	Set: "prod", ID: dupcheck.ID{Kind: "Service", Namespace: "shop", Name: "web"}, APIVersion: "v1",
	File: "env/prod/web.yaml", Line: 4, Root: "env/prod", Digest: "sha256:00",
}

func list(t testing.TB, format string, entries ...report.Entry) string {
	t.Helper()
	var b bytes.Buffer
	l, err := report.NewList(&b, format)
	require.NoError(t, err)
	for _, e := range entries {
		l.Add(e)
	}
	require.NoError(t, l.Close())
	return b.String()
}

func TestList(t *testing.T) {
	anonymous := report.Entry{ID: dupcheck.ID{Group: "batch", Kind: "Job"}, APIVersion: "batch/v1", File: "-"}
	assert.Equal(t, `env/prod/web.yaml:4: Service shop/web, v1, in set prod, from env/prod, sha256:00
-: Job.batch "", batch/v1
`, list(t, "text", service, anonymous))
	assert.Equal(t, `{"set":"prod","group":"","kind":"Service","namespace":"shop","name":"web","apiVersion":"v1","file":"env/prod/web.yaml","line":4,"root":"env/prod","digest":"sha256:00"}
{"set":"","group":"batch","kind":"Job","namespace":"","name":"","apiVersion":"batch/v1","file":"-","line":0,"root":"","digest":""}
`, list(t, "jsonl", service, anonymous))
	assert.Equal(t, `set,group,kind,namespace,name,apiVersion,file,line,root,digest
prod,,Service,shop,web,v1,env/prod/web.yaml,4,env/prod,sha256:00
,batch,Job,,,batch/v1,-,0,,
`, list(t, "csv", service, anonymous))
	assert.Empty(t, list(t, "jsonl"))
	assert.Equal(t, 1, strings.Count(list(t, "csv"), "\n"))
}

func TestListUnknownFormat(t *testing.T) {
	_, err := report.NewList(nil, "x\n")
	require.EqualError(t, err, `unknown format "x\n": use one of text, jsonl, csv, html`)
}

func TestListSaysThatItFailed(t *testing.T) {
	l, err := report.NewList(full{}, "csv")
	require.NoError(t, err)
	for range 1000 {
		l.Add(service)
	}
	require.NotNil(t, l.Close())
}

func TestListCells(t *testing.T) {
	tests := []struct{ s, cell string }{
		{"system:node", "system:node"},
		{"-", "-"},
		{"a=b", "a=b"},
		{`=HYPERLINK("http://x")`, `"=HYPERLINK(\"http://x\")"`},
		{"+1", `"+1"`},
		{"-1", `"-1"`},
		{"@x", `"@x"`},
		{"＝1", `"\uff1d1"`},
		{" =1", `" =1"`},
		{"\t=1", `"\t=1"`},
		{"::error::x", `"::error::x"`},
		{"a\nb", `"a\nb"`},
		{`"a\nb"`, `"\"a\\nb\""`},
		{"##vso[x]", `"#\x23vso[x]"`},
		{"世界", "世界"},
	}
	for _, tt := range tests {
		out := list(t, "csv", report.Entry{File: tt.s})
		records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, tt.cell, records[1][6])
	}
}

// entry has every string in every place where an entry has one.
func (s strs) entry() report.Entry {
	return report.Entry{
		Set: s.set, ID: dupcheck.ID{Group: s.reason, Kind: s.kind, Namespace: s.set, Name: s.name},
		APIVersion: s.message, File: s.file, Line: 7, Root: s.reason, Digest: "sha256:00",
	}
}

// checkList proves what all formats of an inventory promise, and returns its
// lines.
func (s strs) checkList(t *testing.T, format string) []string {
	t.Helper()
	out := list(t, format, s.entry(), service)
	require.NotContains(t, out, "##")
	require.Equal(t, -1, strings.IndexFunc(out, acts), "%q", out)
	for line := range strings.SplitSeq(out, "\n") {
		require.False(t, strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::"), out)
	}
	want := list(t, format, service, service)
	require.Equal(t, strings.Count(want, "\n"), strings.Count(out, "\n"), out)
	return strings.Split(out, "\n")
}

func FuzzListText(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		lines := strs{file, name, kind, set, message, reason}.checkList(t, "text")
		require.Contains(t, lines[0], ":7: ")
		require.True(t, strings.HasPrefix(lines[1], "env/prod/web.yaml:4: "))
	})
}

func FuzzListJSONL(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		var back struct {
			Set, Group, Kind, Namespace, Name, APIVersion, File, Root, Digest string
			Line                                                              int
		}
		require.NoError(t, json.Unmarshal([]byte(s.checkList(t, "jsonl")[0]), &back))
		assert.Equal(t,
			[]string{utf(set), utf(reason), utf(kind), utf(set), utf(name), utf(message), utf(file), utf(reason), "sha256:00"},
			[]string{back.Set, back.Group, back.Kind, back.Namespace, back.Name, back.APIVersion, back.File, back.Root, back.Digest})
		assert.Equal(t, 7, back.Line)
	})
}

func FuzzListCSV(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		records, err := csv.NewReader(strings.NewReader(strings.Join(s.checkList(t, "csv"), "\n"))).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 3)
		for i, want := range []string{set, reason, kind, set, name, message, file, "7", reason, "sha256:00"} {
			cell := records[1][i]
			if back, err := strconv.Unquote(cell); err == nil && cell[0] == '"' {
				cell = back
			} else {
				require.False(t, len(cell) > 1 && strings.ContainsAny(cell[:1], "=+-@"), "%q", cell)
			}
			require.Equal(t, want, cell)
		}
	})
}

func ExampleList() {
	l, err := report.NewList(os.Stdout, "text")
	if err != nil {
		fmt.Println(err)
		return
	}
	l.Add(report.Entry{
		ID: dupcheck.ID{Kind: "Service", Namespace: "shop", Name: "web"}, APIVersion: "v1", File: "web.yaml", Line: 4,
	})
	if err := l.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// web.yaml:4: Service shop/web, v1
}
