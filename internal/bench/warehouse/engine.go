package main

import (
	"context"
	"database/sql"

	_ "github.com/duckdb/duckdb-go/v2" // the engine
)

// A collision is a row of the answer.
type collision struct {
	Set, Group, Kind, Namespace, Name string
	Declarations                      int
	Identical                         bool
	Places                            string
}

// open opens a database, a file or "" for one in memory.
func open(name string) (*sql.DB, error) {
	db, err := sql.Open("duckdb", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each has settings of its own
	return db, nil
}

// collide runs a query and calls f with every row. DuckDB reads an empty cell of CSV as
// NULL, which is empty here.
func collide(ctx context.Context, db *sql.DB, query string, f func(collision)) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c collision
		var set, group, namespace sql.NullString
		if err := rows.Scan(&set, &group, &c.Kind, &namespace, &c.Name, &c.Declarations, &c.Identical, &c.Places); err != nil {
			return err
		}
		c.Set, c.Group, c.Namespace = set.String, group.String, namespace.String
		f(c)
	}
	return rows.Err()
}
