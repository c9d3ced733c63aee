package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBlocksAreUsedAgain: to compare the objects of many files takes the memory of a few
// blocks, and none that a caller has kept.
func TestBlocksAreUsedAgain(t *testing.T) {
	const files = 4 * mostBlocks
	dir := t.TempDir()
	for i := range files {
		text := fmt.Sprintf("kind: A\napiVersion: v1\nmetadata:\n  name: n\nx: x%02d\n---\n{kind: B, apiVersion: v1, metadata: {name: n%02d}}\n", i, i)
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.yaml", i)), []byte(text), 0o666))
	}
	var plain, other []*body
	for f := range (&Tree{Args: []string{dir}}).Files(t.Context()) {
		require.Len(t, f.Objects, 2)
		plain, other = append(plain, f.Objects[0].Body.(*body)), append(other, f.Objects[1].Body.(*body))
	}
	require.Len(t, plain, files)
	kept := make([][]byte, files)
	memory := map[*byte]bool{}
	for i := range files {
		if i%mostBlocks == 0 { // its block is kept, and those of the others are not
			text, err := plain[i].source.piece(plain[i].start, plain[i].end())
			require.NoError(t, err)
			kept[i] = text
		}
		next := (i + 1) % files
		changes, ok := plain[i].Changes(plain[next])
		require.True(t, ok)
		require.Len(t, changes, 1)
		assert.Equal(t, any(fmt.Sprintf("x%02d", i)), changes[0].One)
		assert.Equal(t, any(fmt.Sprintf("x%02d", next)), changes[0].Other)
		_, ok = other[i].Changes(other[next])
		assert.False(t, ok) // left to the parser
		for _, b := range plain[i].source.store.blocks.all {
			memory[&b.text[0]] = true
		}
	}
	assert.LessOrEqual(t, len(memory), mostBlocks+files/mostBlocks)
	for i, text := range kept {
		assert.True(t, text == nil || strings.Contains(string(text), fmt.Sprintf("x: x%02d\n", i)), i)
	}
}
