// Package fold finds names that are one name to a file system that ignores case and Unicode
// normalisation.
package fold

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate go run ../../plugin/internal/foldgen -o table.go

// String returns a form of s that is equal for names that a file system without case and
// Unicode normalisation takes for one: String(a) == String(b) if and only if a and b are
// equal after canonical normalisation (NFC or NFD, Unicode Standard Annex #15) and simple
// case folding (the mappings of status C and S in CaseFolding.txt). The form is for
// comparing and not for showing.
//
// It is the canonical caseless match of the Unicode Standard, definition D145 in section
// 3.13, with simple in place of full case folding: s is decomposed and its marks are put in
// order, and then every rune is replaced by Rune. The definition decomposes once more after
// that. For us this is never needed, because no rune that Rune yields has a decomposition or
// a place among the marks which the rune it stands for did not have; a test of the program
// that writes the tables shows it for every code point. So String(String(s)) == String(s).
//
// Decompositions are of the version of Unicode that the constant says, case
// folding is of the version unicode.Version of the Go toolchain. Bytes that are not UTF-8
// stay as they are: each equals only itself, and no mark moves across it.
func String(s string) string {
	switch lower, ascii := isASCII(s); {
	case lower:
		return s
	case ascii:
		return strings.ToLower(s)
	}
	runes := decompose(s)
	for i, r := range runes {
		runes[i] = Rune(r)
	}
	return encode(runes)
}

// isASCII says whether s is ASCII, and whether it is that without upper case.
func isASCII(s string) (lower, ascii bool) {
	lower = true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false, false
		}
		if 'A' <= s[i] && s[i] <= 'Z' {
			lower = false
		}
	}
	return lower, true
}

// badByte plus b stands for the byte b where it is not part of UTF-8. Such
// values are beyond the last code point, where neither our tables nor package
// unicode have anything.
const badByte = unicode.MaxRune + 1

// decompose returns the runes of the normalisation form NFD of s. Unlike
// golang.org/x/text/unicode/norm it does not break up long runs of marks with
// U+034F, since NFD as the annex defines it does not.
func decompose(s string) []rune {
	runes := make([]rune, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = badByte + rune(s[i])
		}
		runes = appendRune(runes, r)
		i += size
	}
	order(runes)
	return runes
}

// These are the constants of the arithmetic decomposition of Hangul syllables
// in section 3.12 of the Unicode Standard.
const (
	hangulS, hangulL, hangulV, hangulT = 0xAC00, 0x1100, 0x1161, 0x11A7

	hangulVCount, hangulTCount = 21, 28
	hangulSCount               = 19 * hangulVCount * hangulTCount
)

// appendRune appends the full canonical decomposition of r to runes, which is
// r itself for most runes.
func appendRune(runes []rune, r rune) []rune {
	if hangulS <= r && r < hangulS+hangulSCount {
		return appendHangul(runes, r-hangulS)
	}
	i, found := slices.BinarySearch(from[:], r)
	if !found {
		return append(runes, r)
	}
	start := uint16(0)
	if i > 0 {
		start = end[i-1]
	}
	return append(runes, []rune(to[start:end[i]])...)
}

// appendHangul appends the letters of the Hangul syllable with the given
// index.
func appendHangul(runes []rune, index rune) []rune {
	vt := index / hangulTCount
	runes = append(runes, hangulL+vt/hangulVCount, hangulV+vt%hangulVCount)
	if t := index % hangulTCount; t != 0 {
		runes = append(runes, hangulT+t)
	}
	return runes
}

// order applies the Canonical Ordering Algorithm (section 3.11 of the
// Unicode Standard): it sorts every run of marks by combining class and keeps
// the order of those of one class. Its time is not quadratic in the length of
// a run, which an attacker chooses.
func order(runes []rune) {
	for i := 0; i < len(runes); i++ {
		start := i
		for i < len(runes) && Class(runes[i]) != 0 {
			i++
		}
		slices.SortStableFunc(runes[start:i], func(a, b rune) int {
			return cmp.Compare(Class(a), Class(b))
		})
	}
}

// classRange says that all runes from first to last have one combining
// class.
type classRange struct {
	first, last rune
	class       uint8
}

// Class returns the canonical combining class of a rune that has no
// decomposition. It is 0 for all but marks.
func Class(r rune) uint8 {
	i, found := slices.BinarySearchFunc(classes[:], r, func(c classRange, r rune) int {
		switch {
		case c.last < r:
			return -1
		case c.first > r:
			return 1
		}
		return 0
	})
	if !found {
		return 0
	}
	return classes[i].class
}

// Rune returns the rune that stands for all runes equal to r but for case:
// the least rune of its unicode.SimpleFold orbit, with two exceptions. For
// ASCII letters it is the lower-case one, so that most names are their own
// form. For U+0345, combining ypogegrammeni, whose simple case folding is the
// letter iota, it is U+0399, capital iota: a letter must not become a mark,
// for then an accent after it would move in front of it and "αί" equal "άι".
func Rune(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	switch {
	case 'A' <= least && least <= 'Z':
		return least + 'a' - 'A'
	case least == '\u0345':
		return '\u0399'
	}
	return least
}

// NFD returns the normalisation form NFD of s.
func NFD(s string) string { return encode(decompose(s)) }

// encode returns the string of which runes were decoded.
func encode(runes []rune) string {
	b := make([]byte, 0, 2*len(runes))
	for _, r := range runes {
		if r >= badByte {
			b = append(b, byte(r-badByte))
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}
