package dupcheck

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
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
		want := fold(class[0])
		for _, s := range class {
			if got := fold(s); got != want {
				t.Errorf("%s: fold(%+q) = %+q, want %+q", name, s, got, want)
			}
		}
		if other, ok := seen[want]; ok {
			t.Errorf("%s and %s have one form, %+q", name, other, want)
		}
		seen[want] = name
	}
}

func TestFoldFastPath(t *testing.T) {
	s := "config/base_v1.2-kustomization.yaml"
	if n := testing.AllocsPerRun(100, func() { fold(s) }); n != 0 || fold(s) != s {
		t.Errorf("fold(%q) = %q with %v allocations", s, fold(s), n)
	}
}

// TestFoldCodePoints compares with x/text and holds every code point to what
// the comment of fold says.
func TestFoldCodePoints(t *testing.T) {
	needSameUnicode(t)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		nfd := norm.NFD.String(s)
		if got := foldEncode(foldDecompose(s)); got != nfd {
			t.Errorf("%U decomposes into %+q, want %+q", r, got, nfd)
		}
		if nfd == s {
			checkFoldRune(t, r)
		}
		other := unicode.SimpleFold(r)
		if nfd == s && other == r && foldClass(r) == 0 {
			continue // Nothing can happen to it, and most are like this.
		}
		checkFold(t, s)
		checkFold(t, "a\u0301"+s+"\u0323")
		if fold(string(other)) != fold(s) {
			t.Errorf("fold(%U) = %+q, but fold(%U) = %+q", r, fold(s), other, fold(string(other)))
		}
	}
}

// checkFoldRune tests that foldRune does not make it necessary to decompose or
// order again. Of all marks only U+0345 is no mark afterwards, and since its
// class is the highest there is, nothing moves for that.
func checkFoldRune(t *testing.T, r rune) {
	t.Helper()
	f := foldRune(r)
	if !norm.NFD.IsNormalString(string(f)) {
		t.Errorf("foldRune(%U) = %U, which decomposes", r, f)
	}
	class := norm.NFD.PropertiesString(string(r)).CCC()
	if got := foldClass(r); got != class || got > foldClass('\u0345') {
		t.Errorf("%U has class %d, want %d", r, got, class)
	}
	if r != '\u0345' && foldClass(f) != class {
		t.Errorf("%U has class %d, but foldRune(%U) = %U has %d", r, class, r, f, foldClass(f))
	}
}

// checkFold tests the properties that fold has for every string.
func checkFold(t *testing.T, s string) {
	t.Helper()
	got := fold(s)
	if again := fold(got); again != got {
		t.Errorf("fold(%+q) = %+q, but folded again it is %+q", s, got, again)
	}
	if a, b := badBytes(s), badBytes(got); a != b {
		t.Errorf("fold(%+q) = %+q has the invalid bytes %q, want %q", s, got, b, a)
	}
	if streamSafe(s) {
		checkFoldNorm(t, s, got)
	}
}

// checkFoldNorm compares fold with x/text, by which it also decomposes again.
func checkFoldNorm(t *testing.T, s, got string) {
	t.Helper()
	if nfd := fold(norm.NFD.String(s)); nfd != got {
		t.Errorf("fold(%+q) = %+q, but for the NFD it is %+q", s, got, nfd)
	}
	if nfc := fold(norm.NFC.String(s)); nfc != got {
		t.Errorf("fold(%+q) = %+q, but for the NFC it is %+q", s, got, nfc)
	}
	if !utf8.ValidString(s) {
		return // strings.Map would replace the bytes.
	}
	if want := norm.NFD.String(strings.Map(foldRune, norm.NFD.String(s))); want != got {
		t.Errorf("fold(%+q) = %+q, want %+q", s, got, want)
	}
}

func badBytes(s string) string {
	var bad []byte
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			bad = append(bad, s[i])
		}
	}
	return string(bad)
}

// streamSafe says whether x/text normalises s without inserting U+034F into
// long runs of marks, which annex #15 calls the Stream-Safe Text Process.
func streamSafe(s string) bool {
	n := strings.Count(s, "\u034f")
	return strings.Count(norm.NFD.String(s), "\u034f") == n && strings.Count(norm.NFC.String(s), "\u034f") == n
}

func needSameUnicode(tb testing.TB) {
	tb.Helper()
	if norm.Version != foldUnicode {
		tb.Skipf("x/text has Unicode %s and fold_table.go has %s: run go generate", norm.Version, foldUnicode)
	}
}

func TestFoldRandom(t *testing.T) {
	needSameUnicode(t)
	pieces := []string{
		"\xff", "\xc3", "\xa9", "\ufffd", "\u0345", "\u0301", "\u0323", "\u034f", "\u0399", "a", "K",
		"\u1100", "\u1161", "\u11a8", "\uac00", "\u0f73", "\u0344",
	}
	for _, c := range foldClasses {
		pieces = append(pieces, string(c.first))
	}
	for _, r := range foldFrom {
		pieces = append(pieces, string(r))
	}
	random := rand.New(rand.NewPCG(15, 0))
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkFold(t, b.String())
	}
}

// TestFoldLongRun has a run of marks that x/text would break up, and that would
// take about 10^10 steps if its time were quadratic.
func TestFoldLongRun(t *testing.T) {
	const n = 100_000
	got := fold("Q" + strings.Repeat("\u0307\u0323\u0301", n))
	if got != "q"+strings.Repeat("\u0323", n)+strings.Repeat("\u0307\u0301", n) {
		t.Error("a long run of marks is not in order")
	}
}

func TestFoldTable(t *testing.T) {
	if !slices.IsSorted(foldFrom[:]) || !slices.IsSorted(foldEnd[:]) || len(foldFrom) != len(foldEnd) {
		t.Error("foldFrom and foldEnd are not sorted or not of one length")
	}
	if n := int(foldEnd[len(foldEnd)-1]); n != len(foldTo) {
		t.Errorf("foldEnd ends with %d, want %d", n, len(foldTo))
	}
	needSameUnicode(t)
	if testing.Short() {
		t.Skip("the generator has to be compiled")
	}
	path := filepath.Join(t.TempDir(), "table.go")
	if out, err := exec.Command("go", "run", "./internal/foldgen", "-o", path).CombinedOutput(); err != nil {
		t.Fatalf("foldgen: %v\n%s", err, out)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("fold_table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("fold_table.go is not what foldgen writes: run go generate")
	}
}

func FuzzFold(f *testing.F) {
	needSameUnicode(f)
	for _, s := range []string{"", "README", "CAF\u00c9", "q\u0307\u0323", "\u1fb4", "\uac01", "caf\xe9\u0301", "\u0344\u0f73\u0345\u0399"} {
		f.Add(s)
	}
	f.Fuzz(checkFold)
}
