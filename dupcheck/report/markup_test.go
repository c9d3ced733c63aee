package report

import (
	"bytes"
	"encoding/xml"
	"testing"
	"unicode/utf8"

	"github.com/kuniq/kuniq/internal/assertion"
)

// TestMarkup compares the escapes of texts with those of encoding/xml.
func TestMarkup(t *testing.T) {
	all := []string{"", "web", "a\r\nb", "\xff\xc3", "ä\ufffe\uffff\ufffd\u0085\u2028", "]]>", "a\xe2\x82"}
	for c := range 256 {
		all = append(all, "a"+string([]byte{byte(c)})+"b")
	}
	for c := rune(0); c < 0x1000; c++ {
		all = append(all, string(utf8.AppendRune([]byte("<"), c)))
	}
	for _, s := range all {
		var want bytes.Buffer
		assertion.Stop.NoError(t, xml.EscapeText(&want, []byte(s)))
		assertion.Stop.Equal(t, want.String(), string(markup(nil).text(s)), "%q", s)
	}
}
