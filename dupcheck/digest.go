package dupcheck

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Digester makes digests of contents: objects with equal contents have equal
// digests, whatever their formatting, and different ones different digests. The
// zero value is ready for use and makes none of Secrets.
type Digester struct {
	// Secrets includes the digests of Secrets. They are plain hashes: a reader of one can
	// guess the content of the Secret.
	Secrets bool
}

// errNoContent is what Digest says of an object without a Body.
var errNoContent = errors.New("the content is not known")

// Digest returns "sha256:" and 64 hexadecimal digits: the SHA-256 of the content as
// canonical JSON. This has no blanks. Keys are sorted by their bytes. Integers have all
// their digits, and other numbers the fewest digits that tell them apart, so that 1, 1.0
// and 1e0 are equal. Strings escape only the quotation mark, the backslash and the
// controls below U+0020. Annotations that only say where an object came from are left
// out, as in comparisons.
//
// Digest returns "" for a Secret, for an object that may be meant as one and for an
// object that contains one, unless Secrets is set. The error is that of Body.Value, or
// says that there is no Body or that its value is not of a type that Body promises.
func (d Digester) Digest(o Object) (string, error) {
	if !d.Secrets && secretObject(&o) {
		return "", nil
	}
	if o.Body == nil {
		return "", errNoContent
	}
	value, err := o.Body.Value()
	if err != nil {
		return "", err
	}
	if !d.Secrets && holdsSecret(value) {
		return "", nil
	}
	hash := sha256.New()
	c := canonical{Writer: bufio.NewWriter(hash)}
	c.value(withoutProvenance(value))
	c.Flush() // a hash takes everything
	if c.failed != nil {
		return "", c.failed
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}

// canonical writes decoded JSON in its one form.
type canonical struct {
	*bufio.Writer
	failed error
}

func (c *canonical) value(v any) {
	switch v := v.(type) {
	case nil:
		c.WriteString("null")
	case bool:
		fmt.Fprint(c, v)
	case string:
		c.text(v)
	case map[string]any:
		c.object(v)
	case []any:
		c.list(v)
	default:
		n, ok := number(v)
		if !ok {
			c.failed = fmt.Errorf("a value of type %T is not JSON", v)
		}
		c.WriteString(n)
	}
}

func (c *canonical) object(fields map[string]any) {
	c.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		c.comma(i)
		c.text(key)
		c.WriteByte(':')
		c.value(fields[key])
	}
	c.WriteByte('}')
}

func (c *canonical) list(elements []any) {
	c.WriteByte('[')
	for i, element := range elements {
		c.comma(i)
		c.value(element)
	}
	c.WriteByte(']')
}

func (c *canonical) comma(before int) {
	if before > 0 {
		c.WriteByte(',')
	}
}

// text writes a string with the escapes of RFC 8785. Bytes that are not UTF-8
// stand for themselves, so that different strings stay different.
func (c *canonical) text(s string) {
	c.WriteByte('"')
	for {
		i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' })
		if i < 0 {
			break
		}
		c.WriteString(s[:i])
		c.escape(s[i])
		s = s[i+1:]
	}
	c.WriteString(s)
	c.WriteByte('"')
}

func (c *canonical) escape(b byte) {
	if i := strings.IndexByte("\b\t\n\f\r\"\\", b); i >= 0 {
		c.WriteByte('\\')
		c.WriteByte(`btnfr"\`[i])
		return
	}
	fmt.Fprintf(c, `\u%04x`, b)
}
