package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// hostileNames are what a dump may have where a name or a namespace should be,
// as JSON.
func hostileNames() []string {
	names := []string{
		"", ".", "..", "../x", "../../../../tmp/x", "/etc/x", "x/../../y", `..\x`, `C:\x`, "nul", "-rf", "x\ny", "x\x00y", "\x1b[2J", "::error::x",
		"$(reboot)", "`id`", "; reboot", "a|b", "Ä", "\u202ex", "x.yaml", "RESTORE.md", "1-retain/x", strings.Repeat("x", 253), strings.Repeat("x", 254),
		strings.Repeat("x", 100_000), strings.Repeat("../", 1000) + "x",
	}
	out := []string{"null", "1", "1.5", "true", "[]", "{}", `["../x"]`, `{"a":"../x"}`}
	for _, n := range names {
		text, err := json.Marshal(n)
		if err != nil {
			panic(err) // strings
		}
		out = append(out, string(text))
	}
	return out
}

// dumpOf is a dump of two pairs and a namespace. A field is a key of one of the
// objects of the first pair, which then has another value; "x.key+" gives it
// twice, and "x.key-" not at all.
func dumpOf(t *testing.T, field, value string) string {
	t.Helper()
	pair := func(n int) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv-%[1]d","uid":"v%[1]d"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"claimRef":{"name":"data-%[1]d","namespace":"shop","uid":"c%[1]d"},"csi":{"driver":"d.example.com","volumeHandle":"h%[1]d"},"storageClassName":"fast","persistentVolumeReclaimPolicy":"Retain"},"status":{"phase":"Bound"}}
---
{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data-%[1]d","namespace":"shop","uid":"c%[1]d"},"spec":{"volumeName":"pv-%[1]d","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"fast"},"status":{"phase":"Bound"}}
---
`, n)
	}
	const namespace = `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}
---
`
	first, what := pair(1)+namespace, regexp.MustCompile(field)
	require.Regexp(t, what, first)
	return what.ReplaceAllStringFunc(first, func(s string) string { return what.ReplaceAllString(s, strings.ReplaceAll(value, "VALUE", "$1")) }) + pair(2)
}

// TestRestoreStaysInside: whatever is in a dump, kuniq restore volumes writes
// nothing outside of its directory, prints nothing that a terminal obeys, and
// what it has written is free of duplicates and was understood by kuniq check. It
// tries every 15th value.
func TestRestoreStaysInside(t *testing.T) { restoreStaysInside(t, 15, 50) }

// TestLongRestoreStaysInside tries them all.
func TestLongRestoreStaysInside(t *testing.T) {
	assertion.Long(t)
	restoreStaysInside(t, 1, 1000)
}

func restoreStaysInside(t *testing.T, every, atLeast int) {
	t.Helper()
	tree(t, map[string]string{"before.yaml": "", "now.yaml": "kind: List\napiVersion: v1\nitems: []\n"})
	wrote := 0
	for _, field := range []string{`"name":("pv-1")`, `"name":("data-1")`, `"namespace":("shop")`, `"name":("shop")`, `"volumeName":("pv-1")`, `"driver":("d.example.com")`, `"volumeHandle":("h1")`, `"storageClassName":("fast")`, `"uid":("c1")`, `"phase":("Bound")`} {
		key, _, _ := strings.Cut(field, ":")
		for i, value := range hostileNames() {
			if i%every > 0 {
				continue
			}
			wrote += staysInside(t, dumpOf(t, field, key+":"+strings.ReplaceAll(value, "$", "$$")))
		}
		wrote += staysInside(t, dumpOf(t, field, `"other":1`))                     // missing
		wrote += staysInside(t, dumpOf(t, field, key+":VALUE,"+key+`:"../other"`)) // twice
	}
	assert.Greater(t, wrote, atLeast, "a test of nothing")
}

// staysInside tries a dump as the one from before, and as that of the present,
// and returns how many files were written.
func staysInside(t *testing.T, dump string) (wrote int) {
	t.Helper()
	require.NoError(t, os.WriteFile("before.yaml", []byte(dump), 0o600))
	for _, args := range [][]string{
		{"--present", "now.yaml", "before.yaml"},
		{"--make-claims", "before.yaml"},
		{"--make-claims", "--present", "before.yaml", "before.yaml"},
	} {
		got := run(t, "", append([]string{"restore", "volumes", "--partial", "-d", "out"}, args...)...)
		requireHarmless(t, "restore", got.stdout)
		requireHarmless(t, "standard error", got.stderr)
		written := 0
		require.NoError(t, fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
			require.NoError(t, err)
			switch {
			case e.IsDir():
				assert.Regexp(t, `^(\.|out|out/[1-5]-[a-z]+)$`, name)
			case name == "before.yaml", name == "now.yaml":
			default:
				written++
				assert.Regexp(t, `^out/([1-5]-[a-z]+/v1\.[A-Za-z]+-[-a-z0-9._~%E]+\.(yaml|json)|RESTORE\.md|\.kuniq-[a-z.]+)$`, name)
				assert.True(t, e.Type().IsRegular(), name)
			}
			return nil
		}))
		if written > 2 {
			checked := run(t, "", "check", "out")
			assert.Zero(t, checked.code, "%s%s\n%.2000s", checked.stdout, checked.stderr, dump)
		}
		require.NoError(t, os.RemoveAll("out"))
		wrote += written
	}
	return wrote
}
