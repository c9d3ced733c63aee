package split

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
)

func sumOf(content string) journal.Digest { return journal.DigestOf([][]byte{[]byte(content)}) }

// entry is a line of an index.
func entry(name, content string) string { return sumOf(content).String() + "  " + name + "\n" }

// journalOf writes a journal by hand.
func journalOf(lines ...string) string {
	return journal.Header + strings.Join(lines, "\n") + fmt.Sprintf("\nend %d\n", len(lines))
}

// stuck requires that a run and a preview say so, and that nothing changes.
func stuck(t *testing.T, dir, want string) {
	t.Helper()
	before, stamps := readAll(t, dir), stampsOf(t, dir)
	root := openRoot(t, dir)
	_, err := planned(files{"a.yaml": "plan\n"}).Write(context.Background(), root, WriteOptions{Prune: true})
	require.ErrorContains(t, err, want)
	require.Equal(t, before, readAll(t, dir))
	require.Equal(t, stamps, stampsOf(t, dir))
}

// TestHostileJournal checks in journals that would do harm.
func TestHostileJournal(t *testing.T) {
	const evil, mine = "evil\n", "mine\n"
	newIndex := indexHeader + entry("x.yaml", evil)
	indexLine := fmt.Sprintf("%s %s %s", sumOf(newIndex), sumOf(indexHeader), indexName)
	// A run that says that it has replaced, written or removed a file, and whose undoing
	// would have the old bytes come in place of it, or remove it, or make it.
	replaced := func(name string) string {
		return journalOf(fmt.Sprintf("%s %s %s", sumOf(mine), sumOf(evil), name), indexLine)
	}
	wrote := func(name string) string { return journalOf(fmt.Sprintf("%s - %s", sumOf(mine), name), indexLine) }
	removed := func(name string) string { return journalOf(fmt.Sprintf("- %s %s", sumOf(evil), name), indexLine) }
	foreign := "was not written by kuniq, says the index"
	notLocal := "line 2: it is not a path inside of the directory"
	oldFile, noLine := journal.TempName+"/1", "line 2: not a line of a journal"
	for name, c := range map[string]struct {
		journal string
		tree    files
		want    string
	}{
		"overwrite a foreign file":   {replaced("mine.yaml"), nil, "mine.yaml " + foreign},
		"remove a foreign file":      {wrote("mine.yaml"), nil, "mine.yaml " + foreign},
		"overwrite without its hash": {journalOf(fmt.Sprintf("%s - mine.yaml", sumOf(evil)), indexLine), nil, "mine.yaml is neither as it was before that run nor as it is to become"},
		"in place of another":        {removed("mine.yaml"), nil, "mine.yaml is neither as it was before that run nor as it is to become"},
		"through a link":             {removed("link/x.yaml"), files{"link": "-> sub", "sub/": ""}, "link is a symbolic link"},
		"through a file":             {removed("mine.yaml/x.yaml"), nil, "mine.yaml is a file"},
		"onto a link":                {removed("link.yaml"), files{"link.yaml": "-> mine.yaml"}, "link.yaml is a symbolic link"},
		"onto a directory":           {removed("sub.yaml"), files{"sub.yaml/": ""}, "sub.yaml is a directory"},
		"remove a link":              {wrote("link.yaml"), files{"link.yaml": "-> mine.yaml"}, "link.yaml is a symbolic link"},
		"git":                        {removed(".git/config.yaml"), files{".git/": ""}, "line 2: it is inside of a git directory"},
		"no manifest":                {removed("Makefile"), nil, "line 2: it has another extension than manifests have"},
		"remove no manifest":         {wrote("Makefile"), files{"Makefile": mine}, "line 2: it has another extension than manifests have"},
		"outside":                    {removed("../x.yaml"), nil, notLocal},
		"remove outside":             {wrote("../x.yaml"), files{"../x.yaml": mine}, notLocal},
		"directory outside":          {journalOf("- - ../x", indexLine), nil, notLocal},
		"directory of git":           {journalOf("- - .git/x", indexLine), nil, "line 2: it is inside of a git directory"},
		"absolute":                   {removed("/x.yaml"), nil, notLocal},
		"journal":                    {removed(journal.JournalName), nil, "line 2: it has a name that kuniq reserves"},
		"remove the index":           {journalOf(fmt.Sprintf("- %s %s", sumOf(indexHeader), indexName), indexLine), nil, "line 2: it has a name"},
		"no temporary file":          {removed("x.yaml"), files{oldFile: ""}, "x.yaml cannot be put back: .kuniq-tmp/1 is not what it was"},
		"linked temporary file":      {removed("x.yaml"), files{oldFile: "-> ../evil"}, "x.yaml cannot be put back: .kuniq-tmp/1 is not what it was"},
		"other temporary file":       {removed("x.yaml"), files{oldFile: mine}, "x.yaml cannot be put back: .kuniq-tmp/1 is not what it was"},
		"index of another run":       {removed("x.yaml"), files{indexName: indexHeader + entry("y.yaml", mine)}, ".kuniq-index is neither as it was"},
		"damaged index":              {removed("x.yaml"), files{indexName: mine}, ".kuniq-index is neither as it was"},
		"damaged index to come": {
			journalOf(fmt.Sprintf("%s %s %s", sumOf(mine), sumOf(indexHeader), indexName)), files{journal.TempName + "/0": mine}, "line 1: not the header of a kuniq index",
		},
		"forged index to come": {
			wrote("mine.yaml"), files{journal.TempName + "/2": indexHeader + entry("mine.yaml", mine)}, "mine.yaml " + foreign,
		},
		"empty":               {"", nil, "line 1: not the header of a kuniq journal"},
		"torn":                {removed("x.yaml")[:len(removed("x.yaml"))-1], nil, "line 4: cut off"},
		"torn in the middle":  {removed("x.yaml")[:len(journal.Header)+30], nil, "line 2: cut off"},
		"no end":              {strings.TrimSuffix(removed("x.yaml"), "end 2\n"), nil, "line 4: cut off"},
		"wrong count":         {strings.Replace(removed("x.yaml"), "end 2", "end 3", 1), nil, "line 4: not a line of a journal"},
		"more behind the end": {removed("x.yaml") + "x\n", nil, "line 4: not a line of a journal"},
		"no index":            {journalOf(fmt.Sprintf("%s - x.yaml", sumOf(evil))), nil, "line 3: not a line of a journal"},
		"index not last":      {journalOf(indexLine, fmt.Sprintf("%s - x.yaml", sumOf(evil))), nil, "line 3: .kuniq-index is not last"},
		"same path twice":     {journalOf(fmt.Sprintf("%s - x.yaml", sumOf(evil)), fmt.Sprintf("- %s x.yaml", sumOf(mine)), indexLine), nil, "line 3: something appears twice"},
		"late directory":      {journalOf(fmt.Sprintf("%s - x.yaml", sumOf(evil)), "- - d", indexLine), nil, "line 3: not a line of a journal"},
		"late note":           {journalOf(fmt.Sprintf("%s - x.yaml", sumOf(evil)), "note x", indexLine), nil, "line 3: not a line of a journal"},
		"no note":             {journalOf("note ", indexLine), nil, noLine},
		"no change":           {journalOf(fmt.Sprintf("%s %[1]s x.yaml", sumOf(evil)), indexLine), nil, noLine},
		"odd sum":             {journalOf(fmt.Sprintf("%s - x.yaml", strings.ToUpper(sumOf(evil).String())), indexLine), nil, noLine},
		"short sum":           {journalOf(fmt.Sprintf("- %s x.yaml", sumOf(evil).String()[1:]), indexLine), nil, noLine},
		"two blanks":          {journalOf(fmt.Sprintf("-  %s x.yaml", sumOf(evil)), indexLine), nil, noLine},
		"other operation":     {journalOf(fmt.Sprintf("exec %s - x.yaml", sumOf(evil)), indexLine), nil, noLine},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			tree := files{"mine.yaml": mine, "evil": evil, indexName: indexHeader, journal.JournalName: c.journal, journal.TempName + "/2": newIndex}
			if _, ok := c.tree[oldFile]; !ok {
				tree[oldFile] = evil
			}
			maps.Copy(tree, c.tree)
			put(t, dir, tree)
			stuck(t, dir, c.want)
		})
	}
}

// TestHarmlessJournal shows that TestHostileJournal can fail: what it forges
// is undone if there is nothing wrong with it.
func TestHarmlessJournal(t *testing.T) {
	dir := t.TempDir()
	newIndex := indexHeader + entry("d/x.yaml", "new\n") + entry("d/y.yaml", "new\n") + entry("mine.yaml", "new\n")
	oldIndex := indexHeader + entry("mine.yaml", "old\n") + entry("p/old.yaml", "old\n") + entry("p/user.yaml", "old\n")
	put(t, dir, files{
		"mine.yaml": "new\n", "p/user.yaml": "user\n", "d/x.yaml": "new\n", indexName: oldIndex,
		journal.JournalName: journalOf("- - d",
			fmt.Sprintf("- %s p/old.yaml", sumOf("old\n")),
			fmt.Sprintf("- %s p/user.yaml", sumOf("old\n")),
			fmt.Sprintf("%s %s mine.yaml", sumOf("new\n"), sumOf("old\n")),
			fmt.Sprintf("%s - d/x.yaml", sumOf("new\n")),
			fmt.Sprintf("%s - d/y.yaml", sumOf("new\n")),
			fmt.Sprintf("%s %s %s", sumOf(newIndex), sumOf(oldIndex), indexName)),
		journal.TempName + "/1": "old\n", journal.TempName + "/5": "old\n", journal.TempName + "/8": "new\n", journal.TempName + "/10": newIndex,
	})
	_, _, err := Plan{}.Preview(openRoot(t, dir), WriteOptions{})
	require.ErrorIs(t, err, ErrInterrupted)

	result := write(t, dir, nil, WriteOptions{})
	require.Equal(t, Result{Undone: true, Stale: []string{"mine.yaml", "p/old.yaml"}, Kept: []string{"p/user.yaml"}}, result)
	require.Equal(t, files{
		"mine.yaml": "old\n", "p/old.yaml": "old\n", indexName: oldIndex,
		"p/user.yaml": "user\n", // It was changed after the run was interrupted.
	}, readAll(t, dir))
}

// TestInterruptedAndChanged: a user who changes a file while a run waits to
// be undone has to decide.
func TestInterruptedAndChanged(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a.yaml": "1\n", "b.yaml": "1\n"}, WriteOptions{})
	o := WriteOptions{step: func(op, name string) error {
		if op == "write" && name == "b.yaml" {
			return kill()
		}
		return nil
	}}
	_, wasKilled, _ := writeKilled(t, dir, planned(files{"a.yaml": "2\n", "b.yaml": "2\n"}), o)
	require.True(t, wasKilled)
	put(t, dir, files{"b.yaml": "user\n"})
	stuck(t, dir, strings.ReplaceAll("DIR/.kuniq-journal: an earlier run was interrupted, and putting everything back failed: nothing was changed:\n"+
		"  b.yaml is neither as it was before that run nor as it is to become\n"+
		"Put these files back, or remove DIR/.kuniq-journal and DIR/.kuniq-tmp to leave everything as it is now", "DIR", filepath.ToSlash(dir)))

	put(t, dir, files{"b.yaml": "1\n"})
	result := write(t, dir, files{"a.yaml": "3\n"}, WriteOptions{Prune: true})
	require.Equal(t, Result{Undone: true, Written: []string{"a.yaml"}, Pruned: []string{"b.yaml"}}, result)
	require.Equal(t, files{"a.yaml": "3\n"}, read(t, dir))
}

// TestOwnNamesThatAreLinks: what kuniq keeps for itself is never a link.
func TestOwnNamesThatAreLinks(t *testing.T) {
	for _, name := range []string{indexName, journal.JournalName} {
		dir := filepath.Join(t.TempDir(), "out")
		put(t, dir, files{"other": indexHeader, name: "-> other"})
		stuck(t, dir, name+": is a symbolic link, and kuniq follows none")
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
		put(t, dir, files{name + "/": ""})
		stuck(t, dir, name+": is a directory")
	}
}

// TestHostileIndex: an index by itself can only name manifests with their
// hashes, which its author could have removed as well.
func TestHostileIndex(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{
		"Makefile": "mine\n", "other.yaml": "mine\n", "sub/x.yaml": "mine\n", "link": "-> sub", "d.yaml/": "",
		indexName: indexHeader + entry("Makefile", "mine\n") + entry("d.yaml", "") + entry("link/x.yaml", "mine\n") + entry("other.yaml", "evil\n"),
	})
	before := read(t, dir)
	result := write(t, dir, nil, WriteOptions{Prune: true})
	require.Equal(t, Result{Kept: []string{"Makefile", "d.yaml", "other.yaml"}}, result)
	require.Equal(t, before, read(t, dir))
}
