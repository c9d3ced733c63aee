package split

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The journal says what a run is about to do, and what each file has to be
// before and after it:
//
//	# kuniq journal 1: ...
//	prune 7 <SHA-256> <path>
//	write 0 <SHA-256 after> <SHA-256 before, or "-"> <path>
//	end 2
//
// A prune's number is the one under which the file is put aside, a write's the
// one from which it comes. The index is always the last write. As a journal
// may come from a stranger, anything that Plan.Write would not write is an error.
const (
	journalHeader = "# kuniq journal 1: a run of kuniq split was interrupted. The next one completes what is said here.\n"
	opPrune       = "prune"
	opWrite       = "write"
	opEnd         = "end"
)

// formatJournal writes a journal.
func formatJournal(changes []change) []byte {
	text := make([]byte, 0, len(journalHeader)+len(changes)*(4*len(digest{})+64))
	text = append(text, journalHeader...)
	for i := range changes {
		c := &changes[i]
		op, number := opWrite, c.temp
		if c.goes() {
			op, number = opPrune, c.backup
		}
		text = append(append(text, op...), ' ')
		text = append(strconv.AppendInt(text, int64(number), 10), ' ')
		if !c.goes() {
			text = append(appendDigest(text, c.new), ' ')
		}
		text = append(appendDigest(text, c.old), ' ')
		text = append(append(text, c.path...), '\n')
	}
	return fmt.Appendf(text, "%s %d\n", opEnd, len(changes))
}

// parseJournal reads a journal. The error names the line.
func parseJournal(text string, o *WriteOptions) ([]change, error) {
	rest, ok := strings.CutPrefix(text, journalHeader)
	if !ok {
		return nil, errors.New("line 1: not the header of a kuniq journal that this version can read")
	}
	p := journalParser{options: o, paths: map[string]bool{}, numbers: map[int]bool{}}
	for number := 2; ; number++ {
		var line string
		if line, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, fmt.Errorf("line %d: cut off", number)
		}
		if line == fmt.Sprint(opEnd, " ", len(p.changes)) && rest == "" && p.paths[indexName] {
			return p.changes, nil
		}
		if why := p.line(line); why != "" {
			return nil, fmt.Errorf("line %d: %s", number, why)
		}
	}
}

// journalParser makes sure that no line contradicts another one.
type journalParser struct {
	options *WriteOptions
	changes []change
	paths   map[string]bool
	numbers map[int]bool
}

const notAJournalLine = "not a line of a journal"

// line reads one line and says what is wrong with it.
func (p *journalParser) line(line string) string {
	op, rest, _ := strings.Cut(line, " ")
	text, rest, ok := strings.Cut(rest, " ")
	number, valid := parseNumber(text)
	if !ok || !valid {
		return notAJournalLine
	}
	var c change
	switch op {
	case opPrune:
		c.backup = number
	case opWrite:
		c.temp = number
		if c.new, rest, ok = cutDigest(rest); !ok || c.goes() {
			return notAJournalLine
		}
	default:
		return notAJournalLine
	}
	if c.old, c.path, ok = cutDigest(rest); !ok || c.goes() && c.old == (digest{}) {
		return notAJournalLine
	}
	return p.add(c, number)
}

func (p *journalParser) add(c change, number int) string {
	isIndex := c.path == indexName && !c.goes()
	if why := badPath(c.path); why != "" && !isIndex {
		return "it " + why
	}
	switch {
	case !isIndex && !p.options.isManifest(c.path):
		return "it has another extension than manifests have"
	case p.paths[c.path] || p.numbers[number]:
		return "something is there twice"
	case p.paths[indexName]:
		return "the index is not last"
	}
	p.paths[c.path], p.numbers[number] = true, true
	p.changes = append(p.changes, c)
	return ""
}

// cutDigest cuts a digest and a blank off.
func cutDigest(s string) (d digest, rest string, ok bool) {
	text, rest, ok := strings.Cut(s, " ")
	d, valid := parseDigest(text)
	return d, rest, ok && valid
}

// parseNumber reads the number of a temporary file as we write it.
func parseNumber(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}

// readJournal reads the journal of an earlier run, if there is one.
func (w *writer) readJournal() ([]change, bool, error) {
	typ, there := w.tree.look(".").entries[journalName]
	if !there {
		return nil, false, nil
	}
	if !typ.IsRegular() {
		return nil, true, fmt.Errorf("%s: %s", w.shown(journalName), whatIs(typ))
	}
	f, err := w.top.read(journalName)
	if err != nil {
		return nil, true, w.failed(journalName, err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, true, w.failed(journalName, err)
	}
	changes, err := parseJournal(string(text), &w.options)
	return changes, true, w.failed(journalName, err)
}
