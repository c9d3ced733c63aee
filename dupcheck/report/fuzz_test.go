package report_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// strs are the strings that come from the input.
type strs struct{ file, name, kind, set, message, reason string }

// report has every string in every place where a report has one.
func (s strs) report() dupcheck.Report {
	declaration := func(file string, line int) dupcheck.Declaration {
		return dupcheck.Declaration{
			Position:   dupcheck.Position{File: file, Line: line, Column: 9, Path: s.name, Origin: s.file},
			APIVersion: s.kind, Kind: s.kind, Namespace: s.name, Name: s.name, GenerateName: s.name,
		}
	}
	d := dupcheck.Diagnostic{
		Rule: dupcheck.DuplicateObject, Severity: dupcheck.Error, Set: s.set,
		ID:      dupcheck.ID{Group: "g", Kind: s.kind, Namespace: s.set, Name: s.name},
		Message: s.message, Differs: []string{s.name}, LastWins: true, Effect: "e" + s.message, Advice: "a" + s.message,
		Values:       []dupcheck.Difference{{Path: s.name, Values: []string{s.reason, s.message}}},
		Declarations: []dupcheck.Declaration{declaration(s.file, 1), declaration("b"+s.file, 2), declaration(s.file, 3)},
	}
	other := d
	other.Rule, other.Severity, other.ID = dupcheck.Rule("x-"+s.reason), dupcheck.Warning, dupcheck.ID{}
	return dupcheck.Report{
		Files: 1, Objects: 3,
		Diagnostics: []dupcheck.Diagnostic{d, other},
		Unread:      []dupcheck.Unread{{File: s.file, Line: 1, Reason: s.reason}},
		Skipped:     []dupcheck.Skipped{{File: s.file, Reason: s.reason}},
		Suppressed:  []dupcheck.Suppressed{{Diagnostic: d, By: dupcheck.ByIgnore, Pattern: s.reason}},
		Stale:       []dupcheck.Accepted{{Rule: other.Rule, Set: s.set, ID: d.ID, Files: []string{s.file}}},
	}
}

var harmless = strs{"a.yaml", "web", "Service", "prod", "twice", "broken"}

func seed(f *testing.F) {
	for _, s := range []string{
		"", "::error::x", "  ::error file=x::y", ":", "\n::error::x", "\r\n##vso[task.complete]x", "##[stop-commands]x", "####",
		"\x1b[31m", "\u202eabc", "\u2028", "\u0085", "a\xff", "\x00", "%0A::error::", "a,b=c:d", "]]>", "<&>\"'", "{0} [a](b)",
		"<script>x</script>", "javascript:alert(1)", "[a](javascript:x)", "\x1b]8;;https://x\x1b\\a", "`a`", "a|b", "'\"",
		"../a b#c?d%", "/a", "C:/a", "//a/b", "--- x", "\ufffe", "\U000e0001", "Secret", "世界",
	} {
		f.Add(s, "web", "Service", "prod", "twice", "broken")
		f.Add("a.yaml", s, "Service", "prod", "twice", "broken")
		f.Add(s, s, s, s, s, s)
	}
}

// acts says whether a terminal would do more than show the character.
func acts(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }

// check proves what all formats promise of one rendered report, and returns it.
func (s strs) check(t *testing.T, format string) string {
	t.Helper()
	out := render(t, format, s.report(), report.Options{})
	require.True(t, utf8.ValidString(out))
	require.NotContains(t, out, "##")
	require.Equal(t, -1, strings.IndexFunc(out, acts), "%q", out)
	commands := 0
	for line := range strings.SplitSeq(out, "\n") {
		if strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") {
			commands++
		}
	}
	if format != "github" {
		require.Empty(t, commands, out)
	}
	if s.file != "" { // without a file there is no place to print
		want := render(t, format, harmless.report(), report.Options{})
		require.Equal(t, strings.Count(want, "\n"), strings.Count(out, "\n"), out)
	}
	return out
}

func FuzzText(f *testing.F) {
	seed(f)
	snippetLine := regexp.MustCompile(`(?m)^ *\d* \|.*\n`)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		plain := s.check(t, "text")
		// A source full of secrets changes nothing but snippets, and these
		// hold nothing that the report does not hold.
		lines := []string{"", "  name: hunter2", "  name: " + name + " hunter2", "\t{name: " + name + ", x: hunter2"}
		source := func(_ string, n int) (string, bool) { return lines[n], true }
		out := render(t, "text", s.report(), report.Options{Source: source})
		if !snippetLine.MatchString(plain) {
			require.Equal(t, plain, snippetLine.ReplaceAllString(out, ""))
		}
		if !strings.Contains(plain, "hunter2") {
			require.NotContains(t, out, "hunter2")
		}
		require.Equal(t, -1, strings.IndexFunc(out, acts), "%q", out)
		require.NotContains(t, out, "##")
		require.Equal(t, out, uncolored(render(t, "text", s.report(), report.Options{Source: source, Color: true, Links: true})))
		// In a table of the same findings no line is longer or means more, either.
		many := s.report()
		for range 20 {
			many.Diagnostics = append(many.Diagnostics, s.report().Diagnostics...)
		}
		brief := render(t, "text", many, report.Options{Brief: true})
		require.Equal(t, -1, strings.IndexFunc(brief, acts), "%q", brief)
		require.NotContains(t, brief, "##")
		require.NotContains(t, "\n"+brief, "\n::")
	})
}

func FuzzOneline(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		out := strs{file, name, kind, set, message, reason}.check(t, "oneline")
		require.Equal(t, 4, strings.Count(out, "\n"), out)
		require.True(t, strings.HasSuffix(out, "\n1 file, 3 objects, 1 error, 1 warning, 1 unread, 1 ignored, 1 stale in the baseline, 1 skipped\n"))
	})
}

func FuzzJSON(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		out := s.check(t, "json")
		var back struct {
			Diagnostics []struct {
				Rule, Set, Message string
				ID                 *dupcheck.ID
				Differs            []string
				Declarations       []struct{ File, Path, Origin, APIVersion, Kind, Namespace, Name, GenerateName string }
			}
			Unread, Skipped []struct{ File, Reason string }
		}
		require.NoError(t, json.Unmarshal([]byte(out), &back))
		d := back.Diagnostics[0]
		assert.Equal(t, dupcheck.ID{Group: "g", Kind: utf(kind), Namespace: utf(set), Name: utf(name)}, *d.ID)
		assert.Nil(t, back.Diagnostics[1].ID)
		assert.Equal(t, []string{utf(set), utf(message), utf(name)}, []string{d.Set, d.Message, d.Differs[0]})
		o := d.Declarations[2]
		assert.Equal(t, []string{utf(file), utf(name), utf(file), utf(kind), utf(kind), utf(name), utf(name), utf(name)},
			[]string{o.File, o.Path, o.Origin, o.APIVersion, o.Kind, o.Namespace, o.Name, o.GenerateName})
		for _, u := range append(back.Unread, back.Skipped...) {
			assert.Equal(t, []string{utf(file), utf(reason)}, []string{u.File, u.Reason})
		}
	})
}

// utf is what JSON can hold of a string.
func utf(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

func FuzzSARIF(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		run := parseSARIF(t, s.check(t, "sarif"))
		require.Len(t, run.Results, 2)
		result := run.Results[0]
		assert.NotContains(t, result.Message.Text, "](")
		plain := strings.NewReplacer("{{", "{", "}}", "}").Replace(result.Message.Text)
		if shown := dupcheck.Quote(message); !strings.Contains(shown, "##") && !strings.Contains(shown, "](") {
			assert.Contains(t, plain, shown)
		}
		if file == "" {
			assert.Empty(t, result.Locations)
			return
		}
		require.Len(t, result.Locations, 1)
		require.Len(t, result.RelatedLocations, 2)
		uri, err := url.Parse(result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		require.NoError(t, err)
		assert.Empty(t, uri.Host+uri.RawQuery+uri.Fragment+uri.Opaque)
		if uri.Scheme != "" {
			assert.Equal(t, "file", uri.Scheme)
		}
		assert.Contains(t, []string{file, "./" + file, "/" + file}, uri.Path)
	})
}

func FuzzGitHub(f *testing.F) {
	seed(f)
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		lines := strings.Split(strs{file, name, kind, set, message, reason}.check(t, "github"), "\n")
		require.Len(t, lines, 5)
		for i, level := range []string{"error", "warning", "error"} {
			// As the runner parses it.
			head, data, ok := strings.Cut(strings.TrimPrefix(lines[i], "::"), "::")
			require.True(t, ok)
			word, properties, _ := strings.Cut(head, " ")
			assert.Equal(t, level, word)
			values := map[string]string{}
			for property := range strings.SplitSeq(properties, ",") {
				key, value, ok := strings.Cut(property, "=")
				require.True(t, ok)
				require.NotContains(t, values, key)
				values[key] = unescape.Replace(value)
			}
			if file != "" && !strings.Contains(file, "##") {
				assert.Equal(t, dupcheck.Quote(file), values["file"])
			}
			assert.NotContains(t, unescape.Replace(data), "\n")
		}
		assert.True(t, strings.HasPrefix(lines[3], "1 file, "))
	})
}

func FuzzJUnit(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		out := strs{file, name, kind, set, message, reason}.check(t, "junit")
		var back struct {
			Suites []struct {
				Tests int `xml:"tests,attr"`
				Cases []struct {
					Name    string    `xml:"name,attr"`
					Failure *struct{} `xml:"failure"`
					Error   *struct{} `xml:"error"`
					Out     *struct{} `xml:"system-out"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		require.NoError(t, xml.Unmarshal([]byte(out), &back))
		require.Len(t, back.Suites, 1)
		cases := back.Suites[0].Cases
		require.Len(t, cases, 3)
		assert.Equal(t, 3, back.Suites[0].Tests)
		assert.True(t, cases[0].Failure != nil && cases[1].Out != nil && cases[2].Error != nil)
	})
}

// FuzzBaseline: whatever was found can be written and read back, in one line
// for each finding, and accepts what it was made of and nothing else.
func FuzzBaseline(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		for _, s := range []string{name, kind, set, reason} { // only paths need not be, and set is a name here, too
			if !utf8.ValidString(s) {
				t.Skip()
			}
		}
		r := strs{file, name, kind, set, message, reason}.report()
		r.Unread, r.Suppressed, r.Stale = nil, nil, nil
		b := r.Baseline()
		var out strings.Builder
		require.NoError(t, report.WriteBaseline(&out, b))
		require.Equal(t, 2+len(b), strings.Count(out.String(), "\n"))
		require.Equal(t, -1, strings.IndexFunc(out.String(), acts), "%q", out.String())
		back, err := report.ReadBaseline(strings.NewReader(out.String()))
		require.NoError(t, err)
		require.Equal(t, b, back)
		left := r.Accept(back)
		require.Empty(t, left.Diagnostics)
		require.Empty(t, left.Stale)
		require.Equal(t, len(r.Diagnostics), left.CountSuppressed(dupcheck.ByBaseline))
		require.Len(t, r.Accept(back[1:]).Diagnostics, 1)
		require.Equal(t, b, r.Accept(nil).Baseline())
	})
}

// FuzzReadBaseline: a stranger's baseline is read or refused.
func FuzzReadBaseline(f *testing.F) {
	f.Add(`{"version": 1, "findings": []}`)
	f.Add(`{"version": 1, "findings": [{"rule":"r","set":"","id":{"group":"","kind":"K","namespace":"","name":"n"},"files":["a"]}]}`)
	f.Add(`{"version": 1}`)
	f.Add(`{"version": 2}`)
	f.Add(`[[[[`)
	f.Fuzz(func(t *testing.T, data string) {
		b, err := report.ReadBaseline(strings.NewReader(data))
		if err != nil {
			require.Equal(t, -1, strings.IndexFunc(err.Error(), acts), "%q", err)
			return
		}
		var out strings.Builder
		require.NoError(t, report.WriteBaseline(&out, b))
		back, err := report.ReadBaseline(strings.NewReader(out.String()))
		require.NoError(t, err)
		require.Equal(t, append(dupcheck.Baseline{}, b...), append(dupcheck.Baseline{}, back...)) // no list is an empty one
	})
}
