package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// launched runs a command as the process in between does.
func launched(t *testing.T, c command) (sample, error) {
	t.Helper()
	in, err := json.Marshal(c)
	require.NoError(t, err)
	var out bytes.Buffer
	if err := launch(bytes.NewReader(in), &out); err != nil {
		return sample{}, err
	}
	var s sample
	require.NoError(t, json.Unmarshal(out.Bytes(), &s))
	return s, nil
}

func TestLaunch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "input")
	require.NoError(t, os.WriteFile(name, []byte(strings.Repeat("kind: A\n", 100_000)), 0o666))
	s, err := launched(t, command{Args: []string{"cat"}, Stdin: name, Pipe: true, Count: "A\nkind"})
	require.NoError(t, err)
	assert.Equal(t, int64(800_000), s.Size)
	assert.Equal(t, 99_999, s.Counted)
	assert.NoError(t, counts(99_999)(s))
	assert.Error(t, counts(99_998)(s))
	assert.Positive(t, s.Wall)
	assert.Positive(t, s.Peak)
}

func TestLaunchFails(t *testing.T) {
	s, err := launched(t, command{Args: []string{"sh", "-c", "echo wrong >&2; exit 4"}})
	require.NoError(t, err)
	assert.ErrorContains(t, says("")(s), `exit code 4: "wrong\n"`)
	_, err = launched(t, command{Args: []string{"/there/is/no/such/tool"}})
	assert.Error(t, err)
}

func TestSays(t *testing.T) {
	assert.NoError(t, finds(3, 4)(sample{Output: "3 files, 4 objects, no duplicates\n"}))
	assert.Error(t, finds(3, 4)(sample{Output: "3 files, 5 objects, no duplicates\n"}))
	assert.Error(t, finds(3, 4)(sample{Output: "3 files, 4 objects, no duplicates\n", Exit: 1}))
}

func TestDecode(t *testing.T) {
	_, err := decode(sample{Output: `{"Seconds":1,"Objects":3}`}, 3)
	assert.NoError(t, err)
	_, err = decode(sample{Output: `{"Seconds":1,"Objects":3}`}, 4)
	assert.ErrorContains(t, err, "3 objects, want 4")
}

func TestUsage(t *testing.T) {
	var o options
	assert.ErrorIs(t, o.parse([]string{"-runs", "0"}), errUsage)
	assert.ErrorIs(t, o.parse([]string{"more"}), errUsage)
	assert.ErrorIs(t, o.parse([]string{"-quick", "-readme", "README.md"}), errUsage)
	o = options{}
	assert.ErrorIs(t, o.parse([]string{"-only", "split", "-readme", "README.md"}), errUsage)
	o = options{}
	require.NoError(t, o.parse([]string{"-quick", "-runs", "7"}))
	assert.Equal(t, 1, o.runs)
	_, err := choose("parsers,typo")
	assert.Error(t, err)
	some, err := choose("split,parsers")
	require.NoError(t, err)
	assert.Len(t, some, 2)
}
