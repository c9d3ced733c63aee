package journal

import (
	"errors"
	"fmt"
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
// one from which it comes. Options.Last is always the last write. As a journal may
// come from a stranger, anything that no run would write is an error.
const (
	// Header is the first line of a journal.
	Header  = "# kuniq journal 1: a run of kuniq was interrupted. The next one completes what is said here.\n"
	opPrune = "prune"
	opWrite = "write"
	opEnd   = "end"
)

// format writes a journal.
func format(changes []Change) []byte {
	text := make([]byte, 0, len(Header)+len(changes)*(4*len(Digest{})+64))
	text = append(text, Header...)
	for i := range changes {
		c := &changes[i]
		op, number := opWrite, c.temp
		if c.IsDelete() {
			op, number = opPrune, c.backup
		}
		text = append(append(text, op...), ' ')
		text = append(strconv.AppendInt(text, int64(number), 10), ' ')
		if !c.IsDelete() {
			text = append(c.New.AppendTo(text), ' ')
		}
		text = append(c.Old.AppendTo(text), ' ')
		text = append(append(text, c.Path...), '\n')
	}
	return fmt.Appendf(text, "%s %d\n", opEnd, len(changes))
}

// parse reads a journal. The error names the line.
func parse(text string, o *Options) ([]Change, error) {
	rest, ok := strings.CutPrefix(text, Header)
	if !ok {
		return nil, errors.New("line 1: not the header of a kuniq journal that this version can read")
	}
	p := journalParser{options: o, paths: map[string]bool{}, numbers: map[int]bool{}}
	for number := 2; ; number++ {
		var line string
		if line, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, fmt.Errorf("line %d: cut off", number)
		}
		if line == fmt.Sprint(opEnd, " ", len(p.changes)) && rest == "" && (o.Last == "" || p.paths[o.Last]) {
			return p.changes, nil
		}
		if why := p.line(line); why != "" {
			return nil, fmt.Errorf("line %d: %s", number, why)
		}
	}
}

// journalParser makes sure that no line contradicts another one.
type journalParser struct {
	options *Options
	changes []Change
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
	var c Change
	switch op {
	case opPrune:
		c.backup = number
	case opWrite:
		c.temp = number
		if c.New, rest, ok = cutDigest(rest); !ok || c.IsDelete() {
			return notAJournalLine
		}
	default:
		return notAJournalLine
	}
	if c.Old, c.Path, ok = cutDigest(rest); !ok || c.IsDelete() && c.Old == (Digest{}) {
		return notAJournalLine
	}
	return p.add(c, number)
}

func (p *journalParser) add(c Change, number int) string {
	isLast := c.Path == p.options.Last && !c.IsDelete()
	why := BadPath(c.Path)
	if why == "" && p.options.Accept != nil {
		why = p.options.Accept(c.Path)
	}
	switch {
	case why != "" && !isLast:
		return "it " + why
	case p.paths[c.Path] || p.numbers[number]:
		return "something appears twice"
	case p.paths[p.options.Last]:
		return p.options.Last + " is not last"
	}
	p.paths[c.Path], p.numbers[number] = true, true
	p.changes = append(p.changes, c)
	return ""
}

// cutDigest cuts a digest and a blank off.
func cutDigest(s string) (d Digest, rest string, ok bool) {
	text, rest, ok := strings.Cut(s, " ")
	d, valid := ParseDigest(text)
	return d, rest, ok && valid
}

// parseNumber reads the number of a temporary file as we write it.
func parseNumber(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}
