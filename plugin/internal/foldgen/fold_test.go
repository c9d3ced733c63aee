package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/kuniq/kuniq/internal/fold"
)

// TestFoldCodePoints compares with x/text and holds every code point to what
// the comment of fold.String says.
func TestFoldCodePoints(t *testing.T) {
	needSameUnicode(t)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		nfd := norm.NFD.String(s)
		if got := fold.NFD(s); got != nfd {
			t.Errorf("%U decomposes into %+q, want %+q", r, got, nfd)
		}
		if nfd == s {
			checkFoldRune(t, r)
		}
		other := unicode.SimpleFold(r)
		if nfd == s && other == r && fold.Class(r) == 0 {
			continue // Nothing can happen to it, and most are like this.
		}
		checkFold(t, s)
		checkFold(t, "a\u0301"+s+"\u0323")
		if fold.String(string(other)) != fold.String(s) {
			t.Errorf("fold.String(%U) = %+q, but fold.String(%U) = %+q", r, fold.String(s), other, fold.String(string(other)))
		}
	}
}

// checkFoldRune tests that Rune does not make it necessary to decompose or
// order again. Of all marks only U+0345 is no mark afterwards, and since its
// class is the highest there is, nothing moves for that.
func checkFoldRune(t *testing.T, r rune) {
	t.Helper()
	f := fold.Rune(r)
	if !norm.NFD.IsNormalString(string(f)) {
		t.Errorf("fold.Rune(%U) = %U, which decomposes", r, f)
	}
	class := norm.NFD.PropertiesString(string(r)).CCC()
	if got := fold.Class(r); got != class || got > fold.Class('\u0345') {
		t.Errorf("%U has class %d, want %d", r, got, class)
	}
	if r != '\u0345' && fold.Class(f) != class {
		t.Errorf("%U has class %d, but fold.Rune(%U) = %U has %d", r, class, r, f, fold.Class(f))
	}
}

// checkFold tests the properties that fold has for every string.
func checkFold(t *testing.T, s string) {
	t.Helper()
	got := fold.String(s)
	if again := fold.String(got); again != got {
		t.Errorf("fold.String(%+q) = %+q, but folded again it is %+q", s, got, again)
	}
	if a, b := badBytes(s), badBytes(got); a != b {
		t.Errorf("fold.String(%+q) = %+q has the invalid bytes %q, want %q", s, got, b, a)
	}
	if streamSafe(s) {
		checkFoldNorm(t, s, got)
	}
}

// checkFoldNorm compares fold with x/text, by which it also decomposes again.
func checkFoldNorm(t *testing.T, s, got string) {
	t.Helper()
	if nfd := fold.String(norm.NFD.String(s)); nfd != got {
		t.Errorf("fold.String(%+q) = %+q, but for the NFD it is %+q", s, got, nfd)
	}
	if nfc := fold.String(norm.NFC.String(s)); nfc != got {
		t.Errorf("fold.String(%+q) = %+q, but for the NFC it is %+q", s, got, nfc)
	}
	if !utf8.ValidString(s) {
		return // strings.Map would replace the bytes.
	}
	if want := norm.NFD.String(strings.Map(fold.Rune, norm.NFD.String(s))); want != got {
		t.Errorf("fold.String(%+q) = %+q, want %+q", s, got, want)
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
	if norm.Version != fold.Unicode {
		tb.Skipf("x/text has Unicode %s and table.go has %s: run go generate ./internal/fold", norm.Version, fold.Unicode)
	}
}

func TestFoldRandom(t *testing.T) {
	needSameUnicode(t)
	pieces := []string{
		"\xff", "\xc3", "\xa9", "\ufffd", "\u0345", "\u0301", "\u0323", "\u034f", "\u0399", "a", "K",
		"\u1100", "\u1161", "\u11a8", "\uac00", "\u0f73", "\u0344",
	}
	for _, c := range collect().classes {
		pieces = append(pieces, string(c.first))
	}
	for _, r := range collect().from {
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

func TestTable(t *testing.T) {
	needSameUnicode(t)
	got, err := collect().source()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "..", "..", "internal", "fold", "table.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("table.go is not what foldgen writes: run go generate ./internal/fold")
	}
}

func FuzzFold(f *testing.F) {
	needSameUnicode(f)
	for _, s := range []string{"", "README", "CAF\u00c9", "q\u0307\u0323", "\u1fb4", "\uac01", "caf\xe9\u0301", "\u0344\u0f73\u0345\u0399"} {
		f.Add(s)
	}
	f.Fuzz(checkFold)
}
