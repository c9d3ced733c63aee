package journal_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/kuniq/kuniq/split/journal"
)

func Example() {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer root.Close()
	run, err := journal.Begin(root, journal.Options{})
	if err != nil {
		log.Fatal(err) // another run is at work, for example
	}
	defer run.Close()
	j, err := run.Read()
	if err == nil && j != nil {
		_, err = run.Undo(j)
	}
	if err != nil {
		log.Fatal(err)
	}
	content := [][]byte{[]byte("hello\n")}
	err = run.Commit(context.Background(), []journal.Change{{Path: "a/b.txt", Parts: content, New: journal.DigestOf(content)}})
	if err != nil {
		log.Fatal(err) // everything is as it was
	}
	data, _ := root.FS().Open("a/b.txt")
	info, _ := data.Stat()
	fmt.Println(info.Name(), info.Size())
	// Output: b.txt 6
}
