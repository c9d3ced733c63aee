// Libgen writes the tables of facts of package dupcheck into kuniq.libsonnet.
// Run it with "go generate ./plugin/jsonnethook".
//
// The library must work where only that one file is, so it cannot import the
// tables. A test of this package fails if they are stale.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("libgen: ")
	library := flag.String("o", "kuniq.libsonnet", "rewrite the tables in this `file`")
	data := flag.String("data", "../../dupcheck/data", "read the facts from this `directory`")
	flag.Parse()
	if err := rewrite(*library, *data); err != nil {
		log.Fatal(err)
	}
}

func rewrite(library, data string) error {
	before, err := os.ReadFile(library)
	if err != nil {
		return err
	}
	after, err := generate(string(before), data)
	if err != nil {
		return err
	}
	return os.WriteFile(library, []byte(after), 0o644)
}

const (
	begin = "// BEGIN GENERATED\n"
	end   = "// END GENERATED\n"
)

// generate returns the text of the library with the tables that are in a
// directory.
func generate(library, data string) (string, error) {
	before, rest, ok := strings.Cut(library, begin)
	_, after, found := strings.Cut(rest, end)
	if !ok || !found {
		return "", errors.New("the library has no marks around its tables")
	}
	t, err := readTables(func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(data, name)) })
	if err != nil {
		return "", err
	}
	return before + begin + t.jsonnet() + end + after, nil
}

// wants fails if a table lacks a column, so that a renamed one cannot empty
// the tables of the library.
func wants(name string, table []map[string]string, columns ...string) error {
	if len(table) == 0 {
		return fmt.Errorf("%s is empty", name)
	}
	for _, column := range columns {
		if _, ok := table[0][column]; !ok {
			return fmt.Errorf("%s has no column %q", name, column)
		}
	}
	return nil
}
