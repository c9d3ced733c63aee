package dupcheck

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote returns s unchanged if printing it only shows it, and otherwise as a
// double-quoted Go string literal. It quotes strings with control characters, line and
// paragraph separators, bidirectional and other invisible format characters, and bytes
// that are not UTF-8. Use it for everything from the input that reaches a terminal or a
// log.
func Quote(s string) string {
	if harmless(s) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

// QuoteAlways returns s as a double-quoted Go string literal in which only harmless
// characters stay unescaped. Use it for values inside sentences.
func QuoteAlways(s string) string {
	if harmless(s) {
		return `"` + escaper.Replace(s) + `"`
	}
	return strconv.QuoteToASCII(s)
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// UTF8 returns a string that JSON can hold: s unchanged, or quoted by Quote if it is not
// UTF-8. Only names of files can be such strings.
func UTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return Quote(s)
}

// mostBrief is how much of one string from the input a message repeats. No
// legal name, namespace, group or kind is longer; those of RBAC may be, and
// hostile ones are as long as the input.
const mostBrief = 253

// Brief cuts a string that is too long for a sentence.
func Brief(s string) string {
	if len(s) <= mostBrief {
		return s
	}
	cut := mostBrief
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}

// QuoteBrief is QuoteAlways for a string that may be as long as the input: it cuts it.
func QuoteBrief(s string) string { return QuoteAlways(Brief(s)) }

func harmless(s string) bool {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] >= ' ' && s[i] < 0x7f
	}
	if ascii {
		return true // as nearly all is
	}
	// IsPrint leaves out control and format characters (which the bidirectional
	// ones are), private use and unassigned code points, and every space but U+0020.
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// quotePart quotes a part of an ID if it could be misread. A part that is not ASCII is
// shown in ASCII, because names that look alike need not be equal.
func quotePart(s, plain string) string {
	for i := range len(s) {
		c := s[i]
		letterOrDigit := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letterOrDigit && strings.IndexByte(plain, c) < 0 {
			return strconv.QuoteToASCII(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}
