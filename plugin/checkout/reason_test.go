package checkout

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReason: a reason keeps its files through errors, formats and JSON, and shows each of
// them as it is reached.
func TestReason(t *testing.T) {
	up := func(file string) string { return "../" + file }
	for _, name := range []string{"a/b.yaml", "a b.yaml", "a\nb.yaml", "\xff.yaml", `"\x00".yaml`, "%s.yaml", "é.yaml"} {
		err := Wrap(About(name, Errorf(Missing, "it names %s: %s", Named("c.yaml"), errors.New("no"))), "%s names %s", "resources", `"x\x00y"`)
		err = Both(err, Errorf(Remote, "more"))
		sent, failed := json.Marshal(ReasonOf(err))
		require.NoError(t, failed)
		var got Reason
		require.NoError(t, json.Unmarshal(sent, &got))
		assert.Equal(t, ReasonOf(err), got)
		assert.Equal(t, `resources names "x\x00y": `+Named(name).Shown(up)+": it names ../c.yaml: no", got.Shown(up))
		assert.Equal(t, got.String(), err.Error())
		assert.Equal(t, got.Shown(up), got.Told(up).Shown(up), "it is not shown twice")
		assert.Equal(t, []Code{Missing, Remote}, CodesOf(About("x", err)))
	}
	assert.Equal(t, `"../a\nb.yaml"`, Named("a\nb.yaml").Shown(up))
	assert.Nil(t, About("a", nil))
}

// TestReasonOfText: no text passes for a file.
func TestReasonOfText(t *testing.T) {
	never := func(file string) string { panic(file) }
	hostile := "\x00\"a.yaml\"\x00"
	for _, r := range []Reason{Text(hostile), Reasonf("%s", hostile), ReasonOf(errors.New(hostile)), Reasonf("%s", errors.New(hostile))} {
		assert.Equal(t, `\x00"a.yaml"\x00`, r.Shown(never))
	}
	for _, broken := range []Reason{"a\x00b", "a\x00b\x00c", "\x00", "\x00\x00"} { // from elsewhere
		assert.NotContains(t, broken.Shown(never), "\x00")
	}
	assert.Equal(t, Reason("a; b"), Reason("a").And("b"))
	assert.Equal(t, Reason("a"), Reason("").And("a"))
}

// TestIsElsewhere: positions of other repositories stay as they are, however their URL is
// written.
func TestIsElsewhere(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://git.example.com/a at main": true, "git@git.example.com:org/a at main": true, "ssh://git@example.com/a": true,
		"apps/web": false, "": false, "v1.0": false, ".": false,
	} {
		assert.Equal(t, want, IsElsewhere(origin), origin)
	}
}
