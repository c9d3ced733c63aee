package fold

import (
	"slices"
	"strings"
	"testing"
)

func TestString(t *testing.T) {
	classes := map[string][]string{
		"empty":                   {""},
		"ASCII":                   {"readme.md", "README.md", "ReadMe.MD"},
		"Kelvin sign":             {"k", "K", "\u212a"},
		"long s":                  {"s", "S", "\u017f"},
		"sharp s, not ss":         {"ß", "\u1e9e"},
		"ss":                      {"ss", "SS", "\u017fS"},
		"precomposed":             {"caf\u00e9", "cafe\u0301", "CAFE\u0301", "CAF\u00c9"},
		"without its accent":      {"cafe"},
		"Angstrom sign":           {"\u212b", "\u00c5", "\u00e5", "a\u030a", "A\u030a"},
		"marks of two classes":    {"q\u0307\u0323", "q\u0323\u0307", "Q\u0307\u0323"},
		"marks of one class":      {"q\u0307\u0301"},
		"the other way round":     {"q\u0301\u0307"},
		"three marks":             {"\u1e69", "s\u0323\u0307", "\u1e61\u0323", "\u1e63\u0307", "\u1e68"},
		"blocked by a joiner":     {"s\u0307\u034f\u0323", "\u1e60\u034f\u0323"},
		"sigma":                   {"Σ", "σ", "ς"},
		"accent, iota":            {"\u03ac\u0399", "\u03b1\u0301\u0345", "\u03b1\u0345\u0301", "\u1fb4", "\u0391\u0301\u1fbe"},
		"iota with an accent":     {"\u03b1\u03af", "\u0391\u038a", "\u03b1\u03b9\u0301", "\u0391\u0399\u0301"},
		"I with a dot":            {"\u0130", "i\u0307", "I\u0307"},
		"dotless i":               {"\u0131"},
		"plain i":                 {"i", "I"},
		"Hangul LV":               {"\uac00", "\u1100\u1161"},
		"Hangul LVT":              {"\uac01", "\u1100\u1161\u11a8", "\uac00\u11a8"},
		"last Hangul syllable":    {"\ud7a3", "\u1112\u1175\u11c2"},
		"after the last syllable": {"\ud7a4"},
		"no Hangul syllable":      {"\u1100\u11a8"},
		"compatibility ideograph": {"\uf900", "\u8c48"},
		"ligature, compatibility": {"\ufb01"},
		"fi":                      {"fi"},
		"replacement character":   {"\ufffd"},
		"byte FF":                 {"\xff"},
		"byte FE":                 {"\xfe"},
		"Latin-1":                 {"caf\xe9", "CAF\xe9"},
		"Latin-1, upper case":     {"caf\xc9"},
		"half a rune":             {"\xc3"},
		"encoded surrogate":       {"\xed\xa0\x80"},
		"byte between marks":      {"q\u0307\xff\u0323", "Q\u0307\xff\u0323"},
		"marks before the byte":   {"q\u0307\u0323\xff", "q\u0323\u0307\xff"},
	}
	seen := map[string]string{}
	for name, class := range classes {
		want := String(class[0])
		for _, s := range class {
			if got := String(s); got != want {
				t.Errorf("%s: String(%+q) = %+q, want %+q", name, s, got, want)
			}
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%s and %s have one form, %+q", name, other, want)
		}
		seen[want] = name
	}
}

func TestFastPath(t *testing.T) {
	s := "config/base_v1.2-kustomization.yaml"
	if n := testing.AllocsPerRun(100, func() { String(s) }); n != 0 || String(s) != s {
		t.Errorf("String(%q) = %q with %v allocations", s, String(s), n)
	}
}

// TestLongRun has a run of marks that x/text would break up, and that would
// take about 10^10 steps if its time were quadratic.
func TestLongRun(t *testing.T) {
	const n = 100_000
	got := String("Q" + strings.Repeat("\u0307\u0323\u0301", n))
	if got != "q"+strings.Repeat("\u0323", n)+strings.Repeat("\u0307\u0301", n) {
		t.Error("a long run of marks is not in order")
	}
}

func TestTable(t *testing.T) {
	if !slices.IsSorted(from[:]) || !slices.IsSorted(end[:]) || len(from) != len(end) {
		t.Error("from and end are not sorted or not of one length")
	}
	if n := int(end[len(end)-1]); n != len(to) {
		t.Errorf("end ends with %d, want %d", n, len(to))
	}
}
