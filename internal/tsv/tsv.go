// Package tsv reads the tables of facts that are part of the programs.
package tsv

import "strings"

// Rows returns the rows of a table, each as a map from the name of a column to the cell
// there. The table begins with lines of comment, which start with "#", and a line of column
// names; blank lines are skipped. A table without rows gives nil.
func Rows(table string) (rows []map[string]string) {
	var columns []string
	for line := range strings.Lines(table) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == nil {
			columns = cells
			continue
		}
		row := make(map[string]string, len(columns))
		for i, cell := range cells {
			row[columns[i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}
