package journal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The journal lists the changes of a run, and the state of each file before and after:
//
//	# kuniq journal 1: ...
//	note <Options.Note, if there is one>
//	- - <path of a directory that will be made>
//	<SHA-256 after> <SHA-256 before> <path>
//	end 2
//
// with "-" if there is no file. Options.Last is always in the last line. The new bytes of
// the first file are number 0 in .kuniq-tmp and its old ones number 1, those of the next
// file 2 and 3, and so on. A journal may come from an untrusted pull request, so anything
// that no run would write is an error.
const (
	// Header is the first line of a journal.
	Header = "# kuniq journal 1: a run of kuniq was interrupted. The next one puts everything back.\n"
	note   = "note "
	end    = "end "
)

// Journal is the record of a run before it changed anything.
type Journal struct {
	// Note is the Options.Note of that run.
	Note string
	// Changes are those of the run, without their Parts.
	Changes []Change
	// Kept says that the run was finished, with Options.Keep.
	Kept bool

	dirs []string // that are made, each behind the one above it
}

// format writes a journal.
func (j *Journal) format() []byte {
	text := make([]byte, 0, len(Header)+(len(j.Changes)+len(j.dirs))*(4*len(Digest{})+64))
	text = append(text, Header...)
	if j.Note != "" {
		text = fmt.Appendf(text, "%s%s\n", note, j.Note)
	}
	for _, dir := range j.dirs {
		text = (&Change{Path: dir}).appendTo(text)
	}
	for i := range j.Changes {
		text = j.Changes[i].appendTo(text)
	}
	return fmt.Appendf(text, "%s%d\n", end, len(j.dirs)+len(j.Changes))
}

// appendTo appends the line of a change.
func (c *Change) appendTo(text []byte) []byte {
	text = append(c.New.AppendTo(text), ' ')
	text = append(c.Old.AppendTo(text), ' ')
	return append(append(text, c.Path...), '\n')
}

// parse reads a journal. The error names the line.
func parse(text string, o *Options) (*Journal, error) {
	rest, ok := strings.CutPrefix(text, Header)
	if !ok {
		return nil, errors.New("line 1: not the header of a kuniq journal that this version can read")
	}
	p := journalParser{options: o, paths: map[string]bool{}}
	for number := 2; ; number++ {
		var line string
		if line, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, fmt.Errorf("line %d: cut off", number)
		}
		if line == fmt.Sprint(end, len(p.paths)) && rest == "" && (o.Last == "" || p.paths[o.Last]) {
			return &p.journal, nil
		}
		if text, ok := strings.CutPrefix(line, note); ok && number == 2 && text != "" {
			p.journal.Note = text
		} else if why := p.line(line); why != "" {
			return nil, fmt.Errorf("line %d: %s", number, why)
		}
	}
}

// journalParser makes sure that no line contradicts another one.
type journalParser struct {
	options *Options
	journal Journal
	paths   map[string]bool
}

const notAJournalLine = "not a line of a journal"

// line reads one line and returns its fault.
func (p *journalParser) line(line string) string {
	c := Change{number: len(p.journal.Changes)}
	after, rest, _ := strings.Cut(line, " ")
	before, name, _ := strings.Cut(rest, " ")
	var valid, validOld bool
	c.New, valid = ParseDigest(after)
	c.Old, validOld = ParseDigest(before)
	c.Path = name
	isDir := c.New == Digest{} && c.isNew()
	if !valid || !validOld || c.New == c.Old && !isDir || isDir && len(p.journal.Changes) > 0 {
		return notAJournalLine
	}
	why := BadPath(name)
	if why == "" && !isDir && p.options.Accept != nil {
		why = p.options.Accept(name)
	}
	switch {
	case why != "" && (name != p.options.Last || c.IsDelete()):
		return "it " + why
	case p.paths[name]:
		return "something appears twice"
	case p.paths[p.options.Last]:
		return p.options.Last + " is not last"
	case isDir:
		p.journal.dirs = append(p.journal.dirs, name)
	default:
		p.journal.Changes = append(p.journal.Changes, c)
	}
	p.paths[name] = true
	return ""
}

// isNumber reports whether a name is that of a temporary file as we write it.
func isNumber(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && strconv.Itoa(n) == s
}
