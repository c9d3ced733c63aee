package revision_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// The files of a commit are a fs.FS, whatever the working tree looks like.
func ExampleRepository_Tree() {
	dir, err := os.MkdirTemp("", "kuniq-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=n", "-c", "user.email=e"}, args...)...)
		err = errors.Join(err, cmd.Run())
	}
	git("init", "-q")
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, "web.yaml"), []byte("kind: Service\n"), 0o600))
	git("add", ".")
	git("commit", "-q", "-m", "web")
	err = errors.Join(err, os.Remove(filepath.Join(dir, "web.yaml")))

	ctx, repository := context.Background(), revision.Repository{Dir: dir}
	commit, failed := repository.Commit(ctx, "HEAD")
	tree, failed2 := repository.Tree(ctx, commit)
	text, failed3 := fs.ReadFile(tree.FS, "web.yaml")
	fmt.Println(string(text), errors.Join(err, failed, failed2, failed3))
	// Output:
	// kind: Service
	//  <nil>
}
