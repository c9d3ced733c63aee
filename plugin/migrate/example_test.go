package migrate_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/migrate"
)

func Example() {
	dir, err := os.MkdirTemp("", "deploy")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	const two = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
	if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(two), 0o600); err != nil {
		log.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "--all"},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "before"},
	} {
		if err := exec.Command("git", append([]string{"-C", dir}, args...)...).Run(); err != nil {
			log.Fatal(err)
		}
	}

	ctx := context.Background()
	repo, err := migrate.Open(ctx, dir)
	if err != nil {
		log.Fatal(err)
	}
	defer repo.Close()
	plan, err := migrate.New(ctx, repo, migrate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan.Summary())
	result, err := plan.Write(ctx, migrate.WriteOptions{Git: true})
	if err != nil {
		log.Fatal(err) // every file is as it was
	}
	fmt.Println(result.Created, result.Removed)
	// Output:
	// 1 file to become 2
	// [v1.ConfigMap-a.yaml v1.ConfigMap-b.yaml] [all.yaml]
}
