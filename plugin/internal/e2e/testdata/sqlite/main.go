// Command sqlite loads inventories of kuniq into SQLite and prints what the
// query on standard input finds, as JSON lines. It is a module of its own, so
// that kuniq does not depend on a database.
//
//	sqlite INVENTORY.jsonl... < QUERY.sql
package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"

	_ "modernc.org/sqlite"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(files []string) error {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each would have a memory of its own
	if _, err := db.Exec(`CREATE TABLE lines (line TEXT)`); err != nil {
		return err
	}
	for _, name := range files {
		if err := load(db, name); err != nil {
			return err
		}
	}
	const table = `CREATE TABLE inventory AS SELECT
		line->>'set' "set", line->>'group' "group", line->>'kind' kind, line->>'namespace' namespace, line->>'name' name,
		line->>'apiVersion' apiVersion, line->>'file' file, line->>'line' line, line->>'root' root, line->>'digest' digest
		FROM lines`
	if _, err := db.Exec(table); err != nil {
		return err
	}
	query, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	return show(db, string(query))
}

func load(db *sql.DB, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if _, err := tx.Exec(`INSERT INTO lines VALUES (?)`, lines.Text()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return tx.Commit()
}

// show prints every row as a JSON object.
func show(db *sql.DB, query string) error {
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		row := map[string]any{}
		for i, c := range columns {
			row[c] = *values[i].(*any)
		}
		if err := out.Encode(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
