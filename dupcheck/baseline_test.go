package dupcheck_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// settings declares one ConfigMap in each of the files. Its content is that of
// the file's name, or the same everywhere.
func settings(same bool, files ...string) dupcheck.Report {
	var c dupcheck.Checker
	for i, f := range files {
		content := any(f)
		if same {
			content = "same"
		}
		c.Add(dupcheck.Object{
			APIVersion: "v1", Kind: "ConfigMap", Namespace: "shop", Name: "settings",
			At: dupcheck.Position{File: f, Line: 10 * (i + 1)}, Body: value{content},
		})
	}
	return c.Report()
}

type value struct{ v any }

func (v value) Value() (any, error) { return map[string]any{"data": v.v}, nil }

func ExampleReport_Accept() {
	yesterday := settings(false, "a.yaml", "b.yaml")
	baseline := yesterday.Baseline()

	today := settings(false, "a.yaml", "b.yaml", "c.yaml").Accept(baseline)
	fmt.Println(len(today.Diagnostics), "new")
	tomorrow := settings(false, "b.yaml").Accept(baseline)
	fmt.Println(len(tomorrow.Diagnostics), "new, gone:", tomorrow.Stale[0])
	// Output:
	// 1 new
	// 0 new, gone: duplicate-object of ConfigMap shop/settings in a.yaml, b.yaml
}

func TestAccept(t *testing.T) {
	for _, tt := range []struct {
		name     string
		accepted dupcheck.Report
		found    dupcheck.Report
		fresh    int
		stale    []string // files of each stale entry
	}{
		{"the same", settings(false, "a", "b"), settings(false, "a", "b"), 0, nil},
		{"another order", settings(false, "a", "b"), settings(false, "b", "a"), 0, nil},
		{"a third", settings(false, "a", "b"), settings(false, "a", "b", "c"), 1, []string{"[a b]"}},
		{"a third in an accepted file", settings(false, "a", "b"), settings(false, "a", "b", "b"), 1, []string{"[a b]"}},
		{"another file", settings(false, "a", "b"), settings(false, "a", "c"), 1, []string{"[a b]"}},
		{"one of three is gone", settings(false, "a", "b", "b"), settings(false, "a", "b"), 0, []string{"[b]"}},
		{"all gone", settings(false, "a", "b"), settings(false, "a"), 0, []string{"[a b]"}},
		{"copies were edited", settings(true, "a", "b"), settings(false, "a", "b"), 1, []string{"[a b]"}},
		{"became copies", settings(false, "a", "b"), settings(true, "a", "b"), 0, nil},
		{"nothing accepted", dupcheck.Report{}, settings(true, "a", "b"), 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.found.Accept(tt.accepted.Baseline())
			assert.Len(t, got.Diagnostics, tt.fresh)
			assert.Equal(t, len(tt.found.Diagnostics)-tt.fresh, got.CountSuppressed(dupcheck.ByBaseline))
			var stale []string
			for _, a := range got.Stale {
				stale = append(stale, fmt.Sprint(a.Files))
			}
			assert.Equal(t, tt.stale, stale)
			assert.Len(t, tt.found.Baseline().Beyond(tt.accepted.Baseline()), tt.fresh)
		})
	}
}

// A finding without an ID is told from others by what is written there, and
// each needs an entry of its own.
func TestAcceptWithoutID(t *testing.T) {
	noName := func(kinds ...string) dupcheck.Report {
		var c dupcheck.Checker
		for i, kind := range kinds {
			c.Add(dupcheck.Object{APIVersion: "v1", Kind: kind, At: dupcheck.Position{File: "a.yaml", Line: i + 1}})
		}
		return c.Report()
	}
	two := noName("Secret", "Secret")
	require.Len(t, two.Diagnostics, 2)
	require.Empty(t, two.Diagnostics[0].ID)
	assert.Empty(t, two.Accept(two.Baseline()).Diagnostics)
	assert.Len(t, noName("Secret", "Secret", "Secret").Accept(two.Baseline()).Diagnostics, 1)
	assert.Len(t, noName("Service", "Secret").Accept(two.Baseline()).Diagnostics, 1)
	assert.Len(t, noName("Secret").Accept(two.Baseline()).Stale, 1)
}

func TestAcceptKeepsSetsApart(t *testing.T) {
	in := func(set string) dupcheck.Report {
		r := settings(false, "a", "b")
		for i := range r.Diagnostics {
			r.Diagnostics[i].Set = set
		}
		return r
	}
	assert.Len(t, in("prod").Accept(in("dev").Baseline()).Diagnostics, 1)
	assert.Empty(t, in("prod").Accept(in("prod").Baseline()).Diagnostics)
}

// An unread file may hold the findings that the baseline accepts.
func TestNothingIsStaleWhereSomethingIsUnread(t *testing.T) {
	b := settings(false, "a", "b").Baseline()
	assert.Len(t, dupcheck.Report{}.Accept(b).Stale, 1)
	assert.Empty(t, dupcheck.Report{Unread: []dupcheck.Unread{{File: "b"}}}.Accept(b).Stale)
}

func TestTouching(t *testing.T) {
	r := settings(false, "a", "b", "c")
	changed := func(file string) func(dupcheck.Diagnostic) bool {
		return func(d dupcheck.Diagnostic) bool {
			return slices.ContainsFunc(d.Declarations, func(o dupcheck.Declaration) bool { return o.File == file })
		}
	}
	for _, file := range []string{"a", "b", "c"} { // any of them
		got := r.Touching(changed(file))
		assert.Equal(t, r.Diagnostics, got.Diagnostics)
		assert.Empty(t, got.Suppressed)
	}
	got := r.Touching(changed("d"))
	assert.Empty(t, got.Diagnostics)
	assert.Equal(t, []dupcheck.Suppressed{{Diagnostic: r.Diagnostics[0], By: dupcheck.ByChange}}, got.Suppressed)

	nowhere := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: dupcheck.NoName}}}
	assert.Len(t, nowhere.Touching(changed("a")).Diagnostics, 1)
	assert.Len(t, nowhere.Accept(nowhere.Baseline()).Diagnostics, 1)
}

func TestSuppressedAddUp(t *testing.T) {
	r := settings(false, "a", "b")
	ignore, err := dupcheck.ParseIgnore("* *")
	require.NoError(t, err)
	other, err := dupcheck.ParseIgnore("ConfigMap *")
	require.NoError(t, err)
	hidden, unused := r.Without([]dupcheck.Ignore{ignore, other})
	assert.Empty(t, unused)
	assert.Equal(t, []dupcheck.Suppressed{{Diagnostic: r.Diagnostics[0], By: dupcheck.ByIgnore, Pattern: "* *"}}, hidden.Suppressed)
	hidden.Diagnostics = r.Diagnostics
	twice := hidden.Accept(r.Baseline())
	assert.Len(t, twice.Suppressed, 2)
	assert.Len(t, hidden.Suppressed, 1)
	assert.Len(t, r.Diagnostics, 1, "the report it came from is as it was")
}

// One entry accepts one finding, also where it lists more than the finding has.
func TestAcceptOnce(t *testing.T) {
	b := settings(false, "a", "b", "c").Baseline()
	r := settings(false, "a", "b")
	r.Diagnostics = append(r.Diagnostics, settings(false, "a", "c").Diagnostics...)
	assert.Len(t, r.Accept(b).Diagnostics, 1)
}
