package tsv

import (
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

func TestRows(t *testing.T) {
	assert := assertion.Continue
	assert.Equal(t, []map[string]string{{"a": "1", "b": ""}, {"a": "2"}}, Rows("# words\na\tb\n1\t\n\n# more\n2\n"))
	assert.Empty(t, Rows(""))
	assert.Empty(t, Rows("a\tb\n"))
}
