package migrate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split/journal"
)

// shop is a small repository with everything that a run changes.
const shop = `-- base/all.yaml --
# Licence

apiVersion: v1
kind: Service
metadata:
  name: web
---
# the deployment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
-- base/kustomization.yaml --
resources:
- all.yaml # everything
-- overlay/kustomization.yaml --
resources:
- ../base
patches:
- path: patches.yaml
-- overlay/patches.yaml --
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {a: b}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {a: b}
-- untouched.txt --
x
`

func TestWrite(t *testing.T) {
	dir := repository(t, shop)
	require.NoError(t, os.Chmod(filepath.Join(dir, "base", "all.yaml"), 0o755))
	commit(t, dir)
	_, r := migrated(t, dir, Options{}, WriteOptions{})
	assert.Equal(t, Result{
		Created: []string{
			"base/apps-v1.Deployment-web.yaml", "base/v1.Service-web.yaml",
			"overlay/apps-v1.Deployment-web.patch.yaml", "overlay/v1.Service-web.patch.yaml",
		},
		Edited:  []string{"base/kustomization.yaml", "overlay/kustomization.yaml"},
		Removed: []string{"base/all.yaml", "overlay/patches.yaml"},
	}, r)
	got := tree(t, dir)
	assert.Equal(t, "# Licence\n\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n", got["base/v1.Service-web.yaml"])
	assert.Equal(t, "# the deployment\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n", got["base/apps-v1.Deployment-web.yaml"])
	assert.Equal(t, "resources:\n- v1.Service-web.yaml # everything\n- apps-v1.Deployment-web.yaml\n", got["base/kustomization.yaml"])
	info, err := os.Stat(filepath.Join(dir, "base", "v1.Service-web.yaml"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o755), info.Mode().Perm())
	assert.Empty(t, strings.TrimSpace(gitIn(t, dir, "diff", "--cached", "--name-only")), "nothing is staged")
}

func TestGitStagesExactlyWhatWasTouched(t *testing.T) {
	dir := repository(t, shop)
	put(t, dir, "stranger.yaml", "x: y\n")
	_, r := migrated(t, dir, Options{}, WriteOptions{Git: true})
	assert.True(t, r.Staged)
	assert.Equal(t, `D  base/all.yaml
A  base/apps-v1.Deployment-web.yaml
M  base/kustomization.yaml
A  base/v1.Service-web.yaml
A  overlay/apps-v1.Deployment-web.patch.yaml
M  overlay/kustomization.yaml
D  overlay/patches.yaml
A  overlay/v1.Service-web.patch.yaml
?? stranger.yaml
`, gitIn(t, dir, "status", "--porcelain", "--no-renames"))
	assert.Equal(t, "1", strings.TrimSpace(gitIn(t, dir, "rev-list", "--count", "HEAD")), "nothing is committed")
}

func TestSecondRunChangesNothing(t *testing.T) {
	for _, git := range []bool{false, true} {
		dir := repository(t, shop)
		migrated(t, dir, Options{}, WriteOptions{Git: git})
		before := tree(t, dir)
		p := plan(t, dir, Options{})
		assert.True(t, p.Empty())
		r, err := p.Write(context.Background(), WriteOptions{})
		require.NoError(t, err)
		assert.Empty(t, r)
		commit(t, dir)
		assert.True(t, plan(t, dir, Options{}).Empty())
		assert.Equal(t, before, tree(t, dir))
	}
}

func TestRefusesADirtyTree(t *testing.T) {
	changes := map[string]func(dir string){
		"a changed file":  func(dir string) { put(t, dir, "untouched.txt", "y\n") },
		"a staged file":   func(dir string) { put(t, dir, "new.txt", "y\n"); gitIn(t, dir, "add", "new.txt") },
		"a deleted file":  func(dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "untouched.txt"))) },
		"a changed mode":  func(dir string) { require.NoError(t, os.Chmod(filepath.Join(dir, "untouched.txt"), 0o755)) },
		"a staged rename": func(dir string) { gitIn(t, dir, "mv", "untouched.txt", "moved.txt") },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			dir := repository(t, shop)
			change(dir)
			before := tree(t, dir)
			p := plan(t, dir, Options{})
			assert.NotEmpty(t, p.Dirty)
			_, err := p.Write(context.Background(), WriteOptions{})
			var dirty *DirtyError
			require.ErrorAs(t, err, &dirty)
			assert.Equal(t, before, tree(t, dir))
			assert.False(t, open(t, dir).Unfinished())
		})
	}
}

func TestNoCommitsYet(t *testing.T) {
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q")
	unpack(t, dir, shop)
	gitIn(t, dir, "add", "--all")
	_, err := plan(t, dir, Options{}).Write(context.Background(), WriteOptions{})
	var dirty *DirtyError
	require.ErrorAs(t, err, &dirty)
}

func TestFilesChangedSinceThePlan(t *testing.T) {
	dir := repository(t, shop)
	p := plan(t, dir, Options{})
	put(t, dir, "base/v1.Service-web.yaml", "x: y\n") // untracked, so the tree is clean
	before := tree(t, dir)
	_, err := p.Write(context.Background(), WriteOptions{})
	var conflict *ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, []string{"base/v1.Service-web.yaml"}, conflict.Paths)
	assert.Equal(t, before, tree(t, dir))
	assert.False(t, open(t, dir).Unfinished())
}

// A disk that is full at any of the steps: everything is put back.
func TestFailureAtEveryStep(t *testing.T) { failureAtEveryStep(t, 5) }

// TestLongFailureAtEveryStep leaves no step out.
func TestLongFailureAtEveryStep(t *testing.T) {
	assertion.Long(t)
	failureAtEveryStep(t, 1)
}

func failureAtEveryStep(t *testing.T, every int) {
	t.Helper()
	for n := 0; ; n += every {
		dir := repository(t, shop)
		before := tree(t, dir)
		p := plan(t, dir, Options{})
		step := 0
		_, err := p.Write(context.Background(), WriteOptions{Git: true, step: func(op, name string) error {
			if step++; step == n+1 {
				if op == "link" || op == "rmdir" {
					return nil // there is another way, or it does no harm
				}
				return &os.PathError{Op: op, Path: name, Err: syscall.ENOSPC}
			}
			return nil
		}})
		if step <= n {
			require.NoError(t, err)
			assert.Less(t, len(p.changes), n, "every step failed once")
			return
		}
		if err == nil {
			continue
		}
		assert.ErrorIs(t, err, syscall.ENOSPC)
		assert.Regexp(t, "nothing was changed$|every file was put back as it was$", err.Error())
		assert.Equal(t, before, tree(t, dir))
		assert.Empty(t, gitIn(t, dir, "status", "--porcelain"))
		assert.False(t, open(t, dir).Unfinished())
	}
}

// errKilled is how a test leaves a run in the middle.
var errKilled = errors.New("killed")

// killedInTheMiddle is a step after which some files are changed and some are not.
const killedInTheMiddle = 20

// killAt leaves a run before its nth step, as a kill would, and says whether
// there was one.
func killAt(t *testing.T, p *Plan, n int, git bool) (killed bool) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			require.Equal(t, errKilled, r)
			killed = true
		}
	}()
	step := 0
	_, err := p.Write(context.Background(), WriteOptions{Git: git, step: func(op, _ string) error {
		if step++; step == n+1 {
			panic(errKilled)
		}
		return nil
	}})
	require.NoError(t, err)
	return false
}

func TestLongKilledAtEveryStep(t *testing.T) {
	assertion.Long(t)
	want := repository(t, shop)
	migrated(t, want, Options{}, WriteOptions{})
	for n := 0; ; n++ {
		for _, how := range []string{"again", "abort"} {
			dir := repository(t, shop)
			before := tree(t, dir)
			p := plan(t, dir, Options{})
			if !killAt(t, p, n, n%2 == 0) {
				assert.Less(t, 3*len(p.changes), n)
				return
			}
			r := open(t, dir)
			if !r.Unfinished() {
				got := tree(t, dir)
				require.True(t, assert.ObjectsAreEqual(before, got) || assert.ObjectsAreEqual(tree(t, want), got), n)
				undo(t, dir, before)
				continue
			}
			_, err := plan(t, dir, Options{}).Write(context.Background(), WriteOptions{})
			if err != nil {
				require.True(t, errors.Is(err, ErrUnfinished) || errors.As(err, new(*RefusedError)), "%v", err)
			}
			_, err = r.Abort(context.Background())
			require.NoError(t, err)
			assert.Equal(t, before, tree(t, dir))
			assert.Empty(t, gitIn(t, dir, "status", "--porcelain"))
			assert.False(t, r.Unfinished())
			if how == "again" {
				migrated(t, dir, Options{}, WriteOptions{Git: n%2 == 0})
				assert.Equal(t, tree(t, want), tree(t, dir))
				undo(t, dir, before)
			}
		}
	}
}

// A run of Abort that is killed is completed by the next one.
func TestLongAbortKilledAtEveryStep(t *testing.T) {
	assertion.Long(t)
	for n := 0; ; n++ {
		dir := repository(t, shop)
		before := tree(t, dir)
		migrated(t, dir, Options{}, WriteOptions{Git: true})
		step, killed := 0, false
		func() {
			defer func() { killed = recover() != nil }()
			_, err := open(t, dir).abort(context.Background(), WriteOptions{step: func(string, string) error {
				if step++; step == n+1 {
					panic(errKilled)
				}
				return nil
			}})
			require.NoError(t, err)
		}()
		undo(t, dir, before)
		assert.False(t, open(t, dir).Unfinished())
		if !killed {
			assert.Less(t, 8, n)
			return
		}
	}
}

// TestLongGitDirectoryOnAnotherFileSystem: nothing can be renamed from there.
func TestLongGitDirectoryOnAnotherFileSystem(t *testing.T) {
	assertion.Long(t)
	want := repository(t, shop)
	migrated(t, want, Options{}, WriteOptions{})
	away := func(op func(o WriteOptions), n int) (killed bool) {
		defer func() { killed = recover() != nil }()
		steps := 0
		op(WriteOptions{open: otherDevice, step: func(string, string) error {
			if steps++; steps == n+1 {
				panic(errKilled)
			}
			return nil
		}})
		return false
	}
	for n, killed := 0, true; killed; n++ {
		dir := repository(t, shop)
		before := tree(t, dir)
		killed = away(func(o WriteOptions) {
			_, err := plan(t, dir, Options{}).Write(context.Background(), o)
			require.NoError(t, err)
			assert.Equal(t, tree(t, want), tree(t, dir))
		}, n)
		if killed && open(t, dir).Unfinished() {
			put(t, dir, "base/.kuniq-part", "half")
			away(func(o WriteOptions) { _, _ = open(t, dir).abort(context.Background(), o) }, n%7) // is killed, too
		}
		_, err := open(t, dir).abort(context.Background(), WriteOptions{open: otherDevice})
		if !errors.Is(err, ErrNoRun) {
			require.NoError(t, err)
		}
		_ = os.Remove(filepath.Join(dir, "base", ".kuniq-part"))
		undo(t, dir, before)
	}
}

// device is a folder from which nothing can be moved to one that another call opened.
type device struct {
	journal.Folder
	of *os.Root
}

func otherDevice(root *os.Root) (journal.Folder, error) {
	f, err := journal.OpenFolder(root)
	return device{f, root}, err
}

func (d device) Sub(name string) (journal.Folder, error) {
	f, err := d.Folder.Sub(name)
	return device{f, d.of}, err
}

func (d device) with(to journal.Folder, do func(to journal.Folder) error) error {
	if other := to.(device); other.of == d.of {
		return do(other.Folder)
	}
	return errors.ErrUnsupported
}

func (d device) Rename(name string, to journal.Folder, newName string) error {
	return d.with(to, func(to journal.Folder) error { return d.Folder.Rename(name, to, newName) })
}

func (d device) RenameNew(name string, to journal.Folder, newName string) error {
	return d.with(to, func(to journal.Folder) error { return d.Folder.RenameNew(name, to, newName) })
}

func (d device) Link(name string, to journal.Folder, newName string) error {
	return d.with(to, func(to journal.Folder) error { return d.Folder.Link(name, to, newName) })
}

func TestKilledBeforeTheJournalIsComplete(t *testing.T) {
	dir := repository(t, shop)
	staging := filepath.Join(dir, ".git", journalDir, journal.TempName)
	require.NoError(t, os.MkdirAll(staging, 0o700))
	put(t, staging, "0", "half")
	assert.False(t, open(t, dir).Unfinished())
	_, err := open(t, dir).Abort(context.Background())
	assert.ErrorIs(t, err, ErrNoRun)
	migrated(t, dir, Options{}, WriteOptions{})
	assert.NoFileExists(t, filepath.Join(staging, "0"))
}

// A run is completed only if nothing else was changed, and neither completed
// nor undone over what another process wrote.
func TestChangedInBetween(t *testing.T) {
	setUp := func(t *testing.T) (string, *Repository) {
		dir := repository(t, shop)
		require.True(t, killAt(t, plan(t, dir, Options{}), killedInTheMiddle, false))
		return dir, open(t, dir)
	}
	t.Run("another tracked file", func(t *testing.T) {
		dir, r := setUp(t)
		put(t, dir, "untouched.txt", "y\n")
		_, err := r.Abort(context.Background())
		require.NoError(t, err)
		after := tree(t, dir)
		assert.Equal(t, "y\n", after["untouched.txt"])
		_, err = plan(t, dir, Options{}).Write(context.Background(), WriteOptions{})
		var dirty *DirtyError
		require.ErrorAs(t, err, &dirty)
		assert.Equal(t, []string{"untouched.txt"}, dirty.Paths)
		assert.Equal(t, after, tree(t, dir))
	})
	for _, file := range []string{"base/v1.Service-web.yaml", "base/all.yaml", "overlay/kustomization.yaml"} {
		t.Run(file, func(t *testing.T) {
			dir, r := setUp(t)
			put(t, dir, file, "mine\n")
			before := tree(t, dir)
			_, err := r.Abort(context.Background())
			var conflict *ConflictError
			require.ErrorAs(t, err, &conflict)
			assert.Equal(t, []string{file}, conflict.Paths)
			assert.Equal(t, before, tree(t, dir))
			assert.True(t, r.Unfinished())
		})
	}
	t.Run("a link where a file was", func(t *testing.T) {
		dir, r := setUp(t)
		outside := filepath.Join(t.TempDir(), "outside")
		require.NoError(t, os.WriteFile(outside, []byte("x"), 0o644))
		require.NoError(t, os.Remove(filepath.Join(dir, "overlay", "kustomization.yaml")))
		require.NoError(t, os.Symlink(outside, filepath.Join(dir, "overlay", "kustomization.yaml")))
		_, err := r.Abort(context.Background())
		assert.ErrorContains(t, err, "a symbolic link")
		data, err := os.ReadFile(outside)
		require.NoError(t, err)
		assert.Equal(t, "x", string(data))
	})
}

func TestAbortUndoesAFinishedRunUntilItIsCommitted(t *testing.T) {
	for _, git := range []bool{false, true} {
		dir := repository(t, shop)
		before := tree(t, dir)
		migrated(t, dir, Options{}, WriteOptions{Git: git})
		_, err := open(t, dir).Abort(context.Background())
		require.NoError(t, err)
		assert.Equal(t, before, tree(t, dir))
		assert.Empty(t, gitIn(t, dir, "status", "--porcelain"))
		_, err = open(t, dir).Abort(context.Background())
		assert.ErrorIs(t, err, ErrNoRun)

		migrated(t, dir, Options{}, WriteOptions{Git: git})
		commit(t, dir)
		after := tree(t, dir)
		_, err = open(t, dir).Abort(context.Background())
		assert.ErrorContains(t, err, "git revert")
		assert.Equal(t, after, tree(t, dir))
	}
}

func TestNewDirectoriesGoWithAbort(t *testing.T) {
	dir := repository(t, "-- all.yaml --\n"+two("a", "b"))
	before := tree(t, dir)
	o := Options{}
	o.Split.Layout = layout(t, "namespaces")
	migrated(t, dir, o, WriteOptions{})
	assert.Equal(t, []string{"shop/v1.ConfigMap-a.yaml", "shop/v1.ConfigMap-b.yaml"}, names(t, dir))
	_, err := open(t, dir).Abort(context.Background())
	require.NoError(t, err)
	assert.Equal(t, before, tree(t, dir))
	assert.NoDirExists(t, filepath.Join(dir, "shop"))
}

func TestTwoRunsAtOnce(t *testing.T) {
	dir := repository(t, shop)
	p := plan(t, dir, Options{})
	first, err := open(t, dir).begin(context.Background(), WriteOptions{})
	require.NoError(t, err)
	_, err = p.Write(context.Background(), WriteOptions{})
	assert.ErrorIs(t, err, ErrBusy)
	_, err = open(t, dir).Abort(context.Background())
	assert.ErrorIs(t, err, ErrBusy)
	first.close()
	_, err = p.Write(context.Background(), WriteOptions{})
	assert.NoError(t, err)
}

func TestReadOnlyDirectory(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := repository(t, shop)
	before := tree(t, dir)
	require.NoError(t, os.Chmod(filepath.Join(dir, "base"), 0o555))
	defer os.Chmod(filepath.Join(dir, "base"), 0o755)
	_, err := plan(t, dir, Options{}).Write(context.Background(), WriteOptions{})
	assert.ErrorIs(t, err, os.ErrPermission)
	assert.Equal(t, before, tree(t, dir))
}

func TestIndexThatIsLocked(t *testing.T) {
	dir := repository(t, shop)
	before := tree(t, dir)
	lock := filepath.Join(dir, ".git", "index.lock")
	require.NoError(t, os.WriteFile(lock, nil, 0o644))
	_, err := plan(t, dir, Options{}).Write(context.Background(), WriteOptions{Git: true})
	require.ErrorContains(t, err, "index.lock")
	assert.Equal(t, before, tree(t, dir), "the files are as they were")
	require.NoError(t, os.Remove(lock))
	if r := open(t, dir); r.Unfinished() { // git could not be asked to unstage
		_, err := r.Abort(context.Background())
		require.NoError(t, err)
	}
	assert.Empty(t, gitIn(t, dir, "status", "--porcelain"))
}

func TestWorktree(t *testing.T) {
	dir := repository(t, shop)
	other := filepath.Join(t.TempDir(), "other")
	gitIn(t, dir, "worktree", "add", "-q", other)
	before := tree(t, dir)
	migrated(t, other, Options{}, WriteOptions{Git: true})
	assert.Equal(t, before, tree(t, dir))
	assert.NoDirExists(t, filepath.Join(dir, ".git", journalDir))
	_, err := open(t, other).Abort(context.Background())
	require.NoError(t, err)
	assert.Empty(t, gitIn(t, other, "status", "--porcelain"))
}

func TestJournalOfAStranger(t *testing.T) {
	sum := journal.DigestOf([][]byte{[]byte("x")}).String()
	whole := func(lines ...string) string {
		return journal.Header + strings.Join(lines, "\n") + fmt.Sprintf("\nend %d\n", len(lines))
	}
	for i, text := range []string{
		"{", journal.Header, journal.Header + "end 1\n",
		whole("- " + sum + " ../evil"), whole("- " + sum + " .git/config"), whole("- " + sum + " /etc/x"), whole("- " + sum + " .kuniq-index"),
		whole(sum + " - ../evil"), whole(sum + " - .git/config"), whole("- - ../evil"), whole("- - .git/x"),
		whole("x - a.yaml"), whole(sum + " " + sum + " a.yaml"),
		whole("- " + sum + " evil.yaml"), // whose bytes are not there
		whole(sum + " - base/all.yaml"),  // which has others
	} {
		for _, name := range []string{journal.JournalName, journal.KeptName} {
			dir := repository(t, shop)
			put(t, filepath.Join(dir, ".git", journalDir), name, strings.Replace(text, "\n", "\nnote "+open(t, dir).head+"\n", 1))
			before := tree(t, dir)
			_, err := open(t, dir).Abort(context.Background())
			var conflict *ConflictError
			if !errors.As(err, &conflict) {
				assert.ErrorContains(t, err, "the journal in the git directory", "%d %s", i, name)
			}
			assert.Equal(t, before, tree(t, dir))
		}
	}
}

// Another process writes a file a moment before it would be replaced or removed.
func TestChangedJustBefore(t *testing.T) {
	for _, file := range []string{"base/all.yaml", "base/kustomization.yaml", "base/v1.Service-web.yaml"} {
		dir := repository(t, shop)
		want := tree(t, dir)
		want[file] = "mine\n"
		_, err := plan(t, dir, Options{}).Write(context.Background(), WriteOptions{step: func(op, name string) error {
			if (op == "write" || op == "prune") && name == file {
				put(t, dir, file, "mine\n")
			}
			return nil
		}})
		var conflict *ConflictError
		require.ErrorAs(t, err, &conflict)
		assert.Equal(t, []string{file}, conflict.Paths)
		assert.Equal(t, want, tree(t, dir), "all others were put back")
		assert.False(t, open(t, dir).Unfinished())
	}
}
