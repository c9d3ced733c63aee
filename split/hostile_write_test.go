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

// journalOf writes a journal by hand. Each line is given its number as its
// second word.
func journalOf(lines ...string) string {
	text := journal.Header
	for i, line := range lines {
		op, rest, _ := strings.Cut(line, " ")
		text += fmt.Sprintf("%s %d %s\n", op, i, rest)
	}
	return text + fmt.Sprintf("end %d\n", len(lines))
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
	indexLine := fmt.Sprintf("write %s %s %s", sumOf(newIndex), sumOf(indexHeader), indexName)
	over := func(name string) string {
		return journalOf(fmt.Sprintf("write %s %s %s", sumOf(evil), sumOf(mine), name), indexLine)
	}
	create := func(name string) string {
		return journalOf(fmt.Sprintf("write %s - %s", sumOf(evil), name), indexLine)
	}
	prune := func(name string) string { return journalOf(fmt.Sprintf("prune %s %s", sumOf(mine), name), indexLine) }
	foreign := "was not written by kuniq, says the index"
	notLocal := "line 2: it is not a path inside of the directory"
	for name, c := range map[string]struct {
		journal string
		tree    files
		want    string
	}{
		"overwrite a foreign file":   {over("mine.yaml"), nil, "mine.yaml " + foreign},
		"remove a foreign file":      {prune("mine.yaml"), nil, "mine.yaml " + foreign},
		"overwrite without its hash": {create("mine.yaml"), nil, "mine.yaml is neither as it was before that run nor as it is to become"},
		"through a link":             {create("link/x.yaml"), files{"link": "-> sub", "sub/": ""}, "link is a symbolic link"},
		"through a file":             {create("mine.yaml/x.yaml"), nil, "mine.yaml is a file"},
		"onto a link":                {create("link.yaml"), files{"link.yaml": "-> mine.yaml"}, "link.yaml is a symbolic link"},
		"onto a directory":           {create("sub.yaml"), files{"sub.yaml/": ""}, "sub.yaml is a directory"},
		"remove a link":              {prune("link.yaml"), files{"link.yaml": "-> mine.yaml"}, "link.yaml is a symbolic link"},
		"git":                        {create(".git/config.yaml"), files{".git/": ""}, "line 2: it is inside of a git directory"},
		"no manifest":                {create("Makefile"), nil, "line 2: it has another extension than manifests have"},
		"remove no manifest":         {prune("Makefile"), files{"Makefile": mine}, "line 2: it has another extension than manifests have"},
		"outside":                    {create("../x.yaml"), nil, notLocal},
		"absolute":                   {create("/x.yaml"), nil, notLocal},
		"journal":                    {create(journal.JournalName), nil, "line 2: it has a name that kuniq reserves"},
		"remove the index":           {journalOf(fmt.Sprintf("prune %s %s", sumOf(indexHeader), indexName), indexLine), nil, "line 2: it has a name"},
		"no temporary file":          {create("x.yaml"), files{journal.TempName + "/0": ""}, "x.yaml cannot be written: .kuniq-tmp/0 is not what it was"},
		"linked temporary file":      {create("x.yaml"), files{journal.TempName + "/0": "-> ../evil"}, "x.yaml cannot be written: .kuniq-tmp/0 is not what it was"},
		"other temporary file":       {create("x.yaml"), files{journal.TempName + "/0": mine}, "x.yaml cannot be written: .kuniq-tmp/0 is not what it was"},
		"index of another run":       {create("x.yaml"), files{indexName: indexHeader + entry("y.yaml", mine)}, ".kuniq-index is neither as it was"},
		"damaged index":              {create("x.yaml"), files{indexName: mine}, "line 1: not the header of a kuniq index"},
		"empty":                      {"", nil, "line 1: not the header of a kuniq journal"},
		"torn":                       {create("x.yaml")[:len(create("x.yaml"))-1], nil, "line 4: cut off"},
		"torn in the middle":         {create("x.yaml")[:len(journal.Header)+30], nil, "line 2: cut off"},
		"no end":                     {strings.TrimSuffix(create("x.yaml"), "end 2\n"), nil, "line 4: cut off"},
		"wrong count":                {strings.Replace(create("x.yaml"), "end 2", "end 3", 1), nil, "line 4: not a line of a journal"},
		"more behind the end":        {create("x.yaml") + "x\n", nil, "line 4: not a line of a journal"},
		"no index":                   {journalOf(fmt.Sprintf("write %s - x.yaml", sumOf(evil))), nil, "line 3: not a line of a journal"},
		"index not last":             {journalOf(indexLine, fmt.Sprintf("write %s - x.yaml", sumOf(evil))), nil, "line 3: .kuniq-index is not last"},
		"same path twice":            {journalOf(fmt.Sprintf("write %s - x.yaml", sumOf(evil)), fmt.Sprintf("prune %s x.yaml", sumOf(mine)), indexLine), nil, "line 3: something appears twice"},
		"same number twice":          {strings.Replace(create("x.yaml"), "write 1 ", "write 0 ", 1), nil, "line 3: something appears twice"},
		"odd number":                 {strings.Replace(create("x.yaml"), "write 0 ", "write 00 ", 1), nil, "line 2: not a line of a journal"},
		"number with a path":         {strings.Replace(create("x.yaml"), "write 0 ", "write ../0 ", 1), nil, "line 2: not a line of a journal"},
		"nothing to become":          {journalOf("write - - x.yaml", indexLine), nil, "line 2: not a line of a journal"},
		"nothing to remove":          {journalOf("prune - x.yaml", indexLine), nil, "line 2: not a line of a journal"},
		"other operation":            {journalOf(fmt.Sprintf("exec %s - x.yaml", sumOf(evil)), indexLine), nil, "line 2: not a line of a journal"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			tree := files{"mine.yaml": mine, "evil": evil, indexName: indexHeader, journal.JournalName: c.journal, journal.TempName + "/1": newIndex}
			if _, ok := c.tree[journal.TempName+"/0"]; !ok {
				tree[journal.TempName+"/0"] = evil
			}
			maps.Copy(tree, c.tree)
			put(t, dir, tree)
			stuck(t, dir, c.want)
		})
	}
}

// TestHarmlessJournal shows that TestHostileJournal can fail: what it forges
// is completed if there is nothing wrong with it.
func TestHarmlessJournal(t *testing.T) {
	dir := t.TempDir()
	newIndex := indexHeader + entry("d/x.yaml", "new\n") + entry("mine.yaml", "new\n")
	oldIndex := indexHeader + entry("mine.yaml", "old\n") + entry("p/old.yaml", "old\n") + entry("p/user.yaml", "old\n")
	put(t, dir, files{
		"mine.yaml": "old\n", "p/old.yaml": "old\n", "p/user.yaml": "user\n", "d/": "", indexName: oldIndex,
		journal.JournalName: journalOf(
			fmt.Sprintf("prune %s p/old.yaml", sumOf("old\n")),
			fmt.Sprintf("prune %s p/user.yaml", sumOf("old\n")),
			fmt.Sprintf("write %s %s mine.yaml", sumOf("new\n"), sumOf("old\n")),
			fmt.Sprintf("write %s - d/x.yaml", sumOf("new\n")),
			fmt.Sprintf("write %s %s %s", sumOf(newIndex), sumOf(oldIndex), indexName)),
		journal.TempName + "/2": "new\n", journal.TempName + "/3": "new\n", journal.TempName + "/4": newIndex,
	})
	_, _, err := Plan{}.Preview(openRoot(t, dir), WriteOptions{})
	require.ErrorIs(t, err, ErrInterrupted)

	result := write(t, dir, nil, WriteOptions{})
	require.Equal(t, Result{Completed: true, Stale: []string{"d/x.yaml", "mine.yaml"}}, result)
	require.Equal(t, files{
		"mine.yaml": "new\n", "d/x.yaml": "new\n", indexName: newIndex,
		"p/user.yaml": "user\n", // It was changed after the run was interrupted.
	}, readAll(t, dir))
}

// TestInterruptedAndChanged: a user who changes a file while a run waits to
// be completed has to decide.
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
	stuck(t, dir, strings.ReplaceAll("DIR/.kuniq-journal: an earlier run was interrupted, and completing it failed: nothing was changed:\n"+
		"  b.yaml is neither as it was before that run nor as it is to become\n"+
		"Put these files back, or remove DIR/.kuniq-journal and DIR/.kuniq-tmp to leave everything as it is now", "DIR", dir))

	put(t, dir, files{"b.yaml": "1\n"})
	result := write(t, dir, files{"a.yaml": "3\n"}, WriteOptions{Prune: true})
	require.Equal(t, Result{Completed: true, Written: []string{"a.yaml"}, Pruned: []string{"b.yaml"}}, result)
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
