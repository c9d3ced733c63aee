package report

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// Entry is an object of an inventory. The zero value is none.
type Entry struct {
	// Set is the deployable set of the object.
	Set string `json:"set"`
	// ID is the object's identity. If it has none, Name is empty, and Group and Kind are
	// those of its manifest.
	dupcheck.ID
	// APIVersion is the apiVersion of the manifest, as written.
	APIVersion string `json:"apiVersion"`
	// File and Line are the place of its declaration. Line is 0 if it is not known.
	File string `json:"file"`
	Line int    `json:"line"`
	// Root is the root that renders the object, such as the directory of a kustomization, or
	// "" if the object is not rendered.
	Root string `json:"root"`
	// Digest is the digest of the content, or "" if there is none.
	Digest string `json:"digest"`
}

// columns are the fields of an entry in CSV, in the order of JSON. Like those, they are a
// contract.
var columns = []string{"set", "group", "kind", "namespace", "name", "apiVersion", "file", "line", "root", "digest"}

// listFormats is in the order in which help texts name the formats.
var listFormats = table[func(*List)]{
	{"text", listText},
	{"jsonl", listJSONL},
	{"csv", listCSV},
	{"html", listHTML},
}

// ListFormats returns the names of the formats of an inventory, the default one
// first.
func ListFormats() []string { return listFormats.names() }

// List writes an inventory, one entry after the other. Make it with [NewList].
type List struct {
	w      *bufio.Writer
	add    func(Entry)
	end    func() error
	unread []dupcheck.Unread
}

// NewList begins an inventory in the format with a name. For an unknown name it writes
// nothing and returns an error that lists the formats.
func NewList(w io.Writer, format string) (*List, error) {
	open, err := listFormats.find(format)
	if err != nil {
		return nil, err
	}
	l := &List{w: bufio.NewWriter(w), end: func() error { return nil }}
	open(l)
	return l, nil
}

// Add writes an entry. Close returns its errors.
func (l *List) Add(e Entry) { l.add(e) }

// Unread records a part that could not be read, so that the inventory may lack objects. A
// format with a line for each object has no place for it.
func (l *List) Unread(all []dupcheck.Unread) { l.unread = all }

// Close writes the rest. It does not close the writer.
func (l *List) Close() error { return errors.Join(l.end(), l.w.Flush()) }

// listText has a line for each object, for people and for grep.
func listText(l *List) {
	l.add = func(e Entry) {
		s := place(dupcheck.Position{File: e.File, Line: e.Line}) + ": " + Sentence(e.ID.String())
		for _, more := range [][2]string{{"", e.APIVersion}, {"in set ", e.Set}, {"from ", e.Root}, {"", e.Digest}} {
			if more[1] != "" {
				s += ", " + more[0] + show(more[1])
			}
		}
		l.w.WriteString(s + "\n")
	}
}

// listJSONL has a JSON object for each object, in a line of its own.
func listJSONL(l *List) {
	l.add = func(e Entry) {
		inUTF8(&e.Set, &e.Group, &e.Kind, &e.Namespace, &e.Name, &e.APIVersion, &e.File, &e.Root, &e.Digest)
		line, _ := encode(e, false) // strings and numbers can always be encoded
		l.w.Write(line)
	}
}

// listCSV has a line of column names, and then a record for each object on a line of its
// own, according to RFC 4180 but with a line feed alone.
func listCSV(l *List) {
	records := csv.NewWriter(l.w)
	write := func(record []string) {
		// It fails only if w does, and Close returns that error.
		_ = records.Write(record)
		records.Flush()
	}
	write(columns)
	l.add = func(e Entry) {
		record := []string{
			e.Set, e.Group, e.Kind, e.Namespace, e.Name, e.APIVersion, e.File, strconv.Itoa(e.Line), e.Root, e.Digest,
		}
		for i, s := range record {
			record[i] = cell(s)
		}
		write(record)
	}
}

// formulas are the characters with which a formula begins in some spreadsheet. A spreadsheet
// evaluates it even in a file with untrusted content (OWASP, "CSV Injection").
const formulas = "=+-@＝＋－＠"

// cell returns a string unchanged unless a terminal, a CI log or a spreadsheet would obey
// it. Then it returns a Go string literal in double quotes. It does the same for a string
// that begins with such a quote, so that no two strings have one cell.
func cell(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	formula := strings.ContainsRune(formulas, first) && s != "-" // which is standard input
	if formula || first == '"' || lead(s) != s {
		return breakHashes(strconv.QuoteToASCII(s))
	}
	return s
}
