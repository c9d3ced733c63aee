package dupcheck

// nearest returns the name that was probably meant: the first of the names with the
// fewest edits, if these are few for its length.
func nearest(typed string, names []string) (string, bool) {
	best, edits := "", len(typed)/3+1
	for _, name := range names {
		if n := distance(typed, name); n < edits {
			best, edits = name, n
		}
	}
	return best, best != ""
}

// distance counts the bytes to insert, remove or replace to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
