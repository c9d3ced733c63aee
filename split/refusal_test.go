package split

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split/journal"
)

func TestRefusals(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := filepath.Join(t.TempDir(), "out")
		put(t, dir, files{"changed.yaml": "1\n", "dir/inside": "x", "sub/fine.yaml": "1\n"})
		require.NoError(t, os.Remove(filepath.Join(dir, "changed.yaml")))
		write(t, dir, files{"changed.yaml": "1\n", "mine.yaml": "1\n"}, o)
		put(t, dir, files{
			"../outside/x":  "outside\n",
			"changed.yaml":  "2\n",
			"foreign.yaml":  "2\n",
			"a.yaml/x":      "",
			"file.yaml":     "f\n",
			"link.yaml":     "-> mine.yaml",
			"dangling.yaml": "-> nothing",
			"linked":        "-> sub",
			"away":          "-> ../outside",
			"Web.yaml":      "W\n",
			"sub/K.yaml":    "K\n",
			"Upper/x":       "x",
		})
		p := planned(files{
			"changed.yaml":        "3\n",
			"foreign.yaml":        "3\n",
			"a.yaml":              "3\n",
			"file.yaml/b.yaml":    "3\n",
			"file.yaml/b/c.yaml":  "3\n",
			"link.yaml":           "1\n",
			"dangling.yaml":       "3\n",
			"linked/fine.yaml":    "1\n",
			"linked/deep/x.yaml":  "3\n",
			"away/x.yaml":         "3\n",
			"web.yaml":            "3\n",
			"sub/\u212a.yaml":     "3\n",
			"upper/x.yaml":        "3\n",
			"../x.yaml":           "3\n",
			"/x.yaml":             "3\n",
			".kuniq-index":        "3\n",
			".kuniq-x/x.yaml":     "3\n",
			"x/.kuniq-TMP/x.yaml": "3\n",
			".git/x.yaml":         "3\n",
			"x\n.yaml":            "3\n",
			"noextension":         "3\n",
			"both.yaml":           "3\n",
			"both.yaml/x.yaml":    "3\n",
			"fine.yaml":           "3\n",
			"sub/fine.yaml":       "1\n",
		})
		p.Files = append(p.Files, File{Name: "fine.yaml"})
		notLocal := "is not a path inside of the directory"
		own := "has a name that kuniq reserves"
		link := "is a symbolic link, and kuniq follows none"
		below := ", and files of the plan belong below it"
		twin := "some file systems could not tell it from %s, which is there already"
		refused(t, dir, p, o, map[string]string{
			"changed.yaml":        "was changed since kuniq wrote it",
			"foreign.yaml":        "is there already, differs, and was not written by kuniq",
			"a.yaml":              "is a directory",
			"file.yaml":           "is a file" + below,
			"link.yaml":           link,
			"dangling.yaml":       link,
			"linked":              link + below,
			"away":                link + below,
			"web.yaml":            fmt.Sprintf(twin, `"Web.yaml"`),
			"sub/\u212a.yaml":     fmt.Sprintf(twin, `"K.yaml"`),
			"upper":               fmt.Sprintf(twin, `"Upper"`),
			"../x.yaml":           notLocal,
			"x.yaml":              notLocal,
			".kuniq-index":        own,
			".kuniq-x/x.yaml":     own,
			"x/.kuniq-TMP/x.yaml": own,
			".git/x.yaml":         "is inside of a git directory",
			"x\n.yaml":            "has a character in its name that cannot be printed",
			"noextension":         "has another extension than manifests have",
			"both.yaml":           "is a file and a directory in the plan",
			"fine.yaml":           "is in the plan twice",
		})
		require.Equal(t, files{"x": "outside\n"}, read(t, filepath.Join(dir, "../outside")))
	})
}

// TestLargeForeignFile: a foreign file is not read further than it has to be.
func TestLargeForeignFile(t *testing.T) {
	dir := t.TempDir()
	large := strings.Repeat("0123456789abcdef", 8<<10)
	put(t, dir, files{"a.yaml": large, "b.yaml": large + "x", "c.yaml": large[1:]})
	refused(t, dir, planned(files{"a.yaml": large, "b.yaml": large, "c.yaml": large}), WriteOptions{}, map[string]string{
		"b.yaml": "is there already, differs, and was not written by kuniq",
		"c.yaml": "is there already, differs, and was not written by kuniq",
	})
	require.Equal(t, Result{Unchanged: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": large}, WriteOptions{}))
}

func TestRefusalsOfThePlan(t *testing.T) {
	dir := t.TempDir()
	p := planned(files{"a.yaml": "a\n"})
	p.Refusals = []Refusal{
		{At: dupcheck.Position{File: "in.yaml", Line: 7}, Reason: "is bad"},
		{At: dupcheck.Position{File: "x\x1b"}, Reason: "is\nworse"},
	}
	_, err := p.Write(context.Background(), openRoot(t, dir), WriteOptions{})
	require.Equal(t, &RefusedError{p.Refusals}, err)
	require.EqualError(t, err, "nothing was written:\n  in.yaml:7: is bad\n  \"x\\x1b\": \"is\\nworse\"")
	require.Empty(t, readAll(t, dir))
}

// TestIdentity: whatever the plan says, a file has to hold exactly its object.
func TestIdentity(t *testing.T) {
	file := func(kind, name, text string) Plan {
		return Plan{Files: []File{{Name: "x.yaml", ID: dupcheck.ID{Kind: kind, Name: name}, Parts: [][]byte{[]byte(text)}}}}
	}
	for name, c := range map[string]struct {
		plan Plan
		want string
	}{
		"fine":        {file("ConfigMap", "a", yamlOf("a")), ""},
		"other name":  {file("ConfigMap", "a", yamlOf("b")), "would hold another object than"},
		"other kind":  {file("Secret", "a", yamlOf("a")), "would hold another object than"},
		"older kind":  {file("CronJob", "a", "apiVersion: batch/v2alpha1\nkind: ScheduledJob\nmetadata: {name: a}\n"), ""},
		"two objects": {file("ConfigMap", "a", yamlOf("a")+"---\n"+yamlOf("a")), "would hold 2 objects instead of one"},
		"no object":   {file("ConfigMap", "a", "# nothing\n"), "would hold 0 objects instead of one"},
		"unreadable":  {file("ConfigMap", "a", yamlOf("a")+"x: ["), "would not be readable: x.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			root := openRoot(t, dir)
			_, refusals, err := c.plan.Preview(root, WriteOptions{})
			require.NoError(t, err)
			require.Empty(t, readAll(t, dir))
			_, err = c.plan.Write(context.Background(), root, WriteOptions{})
			if c.want == "" {
				require.NoError(t, err)
				require.Empty(t, refusals)
				require.Equal(t, files{"x.yaml": joined(c.plan.Files[0])}, read(t, dir))
				return
			}
			var refusal *RefusedError
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, refusal.Refusals, refusals)
			require.Contains(t, err.Error(), c.want)
			require.Empty(t, readAll(t, dir))
		})
	}
}

// TestForeignTemporaries: what we did not put into .kuniq-tmp stays.
func TestForeignTemporaries(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{journal.TempName + "/0": "x", journal.TempName + "/x.yaml": "x", journal.TempName + "/01": "x", journal.TempName + "/1/y": "x"})
	reason := "is in the way, and not from kuniq; move it away"
	refused(t, dir, planned(files{"a.yaml": "a\n"}), WriteOptions{}, map[string]string{
		journal.TempName + "/x.yaml": reason, journal.TempName + "/01": reason, journal.TempName + "/1": reason,
	})
	for name, tree := range map[string]files{
		"is a file; kuniq needs the name":                                  {journal.TempName: "x"},
		"is a symbolic link, and kuniq follows none; kuniq needs the name": {journal.TempName: "-> x", "x/0": "x"},
	} {
		dir := t.TempDir()
		put(t, dir, tree)
		refused(t, dir, planned(files{"a.yaml": "a\n"}), WriteOptions{}, map[string]string{journal.TempName: name})
	}
}
