package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A page has the SQL of docs/list.md.
type page struct {
	query    string // for DuckDB, SQLite and ClickHouse
	loads    []load
	dialects map[string]string // the query for each other database
}

// A load makes DuckDB's table of the inventories below the directory inventories.
type load struct {
	format string // which DuckDB queries then
	source string // the format of the inventories
	sql    string
}

var (
	block = regexp.MustCompile("(?ms)^```sql\n(.*?)^```\n")
	// loading is a statement in a command, and the pattern of the files in it.
	loading = regexp.MustCompile(`(?m)^duckdb .*"(C.*'inventories/\*\.(\w+)'.*)"$`)
	// dialect is a row of the table of databases: the name, the text of places, and the
	// mark for quoted names.
	dialect = regexp.MustCompile("(?m)^\\| (\\w+) \\| `(.+)` \\| (`\"`|`` ` ``) \\|$")
	places  = regexp.MustCompile(`(?m)^ *(group_concat\(.*\)) AS places$`)
)

// readPage reads the page in the clone in which the program runs.
func readPage() (page, error) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "list.md"))
	if err != nil {
		return page{}, err
	}
	p := page{dialects: map[string]string{}}
	blocks := block.FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 1 {
		return page{}, fmt.Errorf("docs/list.md has %d blocks of SQL, want one", len(blocks))
	}
	p.query = blocks[0][1]
	for _, m := range loading.FindAllStringSubmatch(string(text), -1) {
		l := load{format: m[2], source: m[2], sql: m[1]}
		if strings.Contains(l.sql, ".parquet") {
			l.format = "parquet"
		}
		p.loads = append(p.loads, l)
	}
	aggregate := places.FindStringSubmatch(p.query)
	if aggregate == nil {
		return page{}, fmt.Errorf("the query in docs/list.md has no line for places")
	}
	for _, m := range dialect.FindAllStringSubmatch(string(text), -1) {
		mark := strings.Trim(m[3], "` ")
		if mark == "" {
			mark = "`"
		}
		p.dialects[m[1]] = strings.ReplaceAll(strings.Replace(p.query, aggregate[1], m[2], 1), `"`, mark)
	}
	return p, nil
}
