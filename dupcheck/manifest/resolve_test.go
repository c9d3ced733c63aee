package manifest

import (
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// scalars are texts whose type is easily taken for another, one a line and quoted.
// The tests that hold them against other programs read the file, too.
var scalars = func() (all []string) {
	data, err := os.ReadFile("testdata/scalars.txt")
	for line := range strings.Lines(string(data)) {
		text, failed := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		err = errors.Join(err, failed)
		all = append(all, text)
	}
	if err != nil {
		panic(err)
	}
	return all
}()

func TestScalarsOfKubernetes(t *testing.T) {
	for text, want := range map[string]any{ // facts/identity.md, 1.9
		"123": int64(123), "1e3": 1000.0, "1.10": 1.1, "0x1f": int64(31), "0o17": int64(15), "017": int64(15), "08": 8.0, "0b11": int64(3),
		"1_000": int64(1000), "yes": true, "on": true, "y": true, "n": false, "true": true, "~": nil, "": nil,
		"2020-01-01": "2020-01-01", "12e": "12e", "1.2.3": "1.2.3", "1e3x": "1e3x", "9e99999": "9e99999", "123e4567": "123e4567", "12:30:45": "12:30:45",
	} {
		assert.Equal(t, want, resolvePlain(text, true), text)
	}
}

func TestFloatKey(t *testing.T) {
	for f, want := range map[float64]string{1.5: "1.5", 1e21: "1e+21", 1e300: ".inf", math.Inf(1): ".inf", math.Inf(-1): "-.inf"} {
		assert.Equal(t, want, floatKey(f))
	}
	assert.Equal(t, ".nan", floatKey(math.NaN()))
}
