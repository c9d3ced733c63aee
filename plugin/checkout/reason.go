package checkout

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Reason says in words why something is not read or rendered. It knows which of its words
// are files, by their paths from the top of the tree, so that Shown can write them as they
// are reached. Two are equal if they say the same. Its words hold nothing of any file's
// content but paths. Constants are reasons without files, and "+" joins two.
type Reason string

// mark is before and after each file of a Reason. Nothing else has it: no path can, and
// Text takes it from words.
const mark = "\x00"

// Named returns the name of a file or directory, as a part of a Reason.
func Named(file string) Reason { return Reason(mark + strconv.QuoteToASCII(file) + mark) }

// Text returns words without files, which are shown as they are.
func Text(words string) Reason { return Reason(strings.ReplaceAll(words, mark, `\x00`)) }

// And returns both reasons.
func (r Reason) And(other Reason) Reason {
	if r == "" || other == "" {
		return r + other
	}
	return r + "; " + other
}

// Reasonf formats a Reason. Its arguments may be reasons, and errors, whose files it keeps.
func Reasonf(format string, args ...any) Reason {
	kept := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case Reason:
			kept[i] = string(arg)
		case error:
			kept[i] = string(ReasonOf(arg))
		case fmt.Stringer:
			kept[i] = string(Text(arg.String()))
		case string:
			kept[i] = string(Text(arg))
		default:
			kept[i] = arg
		}
	}
	return Reason(fmt.Sprintf(format, kept...))
}

// ReasonOf returns the reason of an error. It is empty for nil. The files in the words of
// an error that is no Unresolved are not known.
func ReasonOf(err error) Reason {
	switch err := err.(type) { //nolint:errorlint // an error around it says more
	case nil:
		return ""
	case *Unresolved:
		return err.Why
	case *several:
		return ReasonOf(err.error)
	}
	return Text(err.Error())
}

// Shown returns the words, with each file as display returns it.
func (r Reason) Shown(display func(file string) string) string {
	var out strings.Builder
	for i, part := range strings.Split(string(r), mark) {
		if file, err := strconv.Unquote(part); i%2 == 1 && err == nil {
			part = dupcheck.Quote(display(file))
		}
		out.WriteString(part)
	}
	return out.String()
}

// Told returns the words of Shown. Its files are no longer known.
func (r Reason) Told(display func(file string) string) Reason { return Text(r.Shown(display)) }

// String returns the words, with the files from the top of the tree.
func (r Reason) String() string { return r.Shown(func(file string) string { return file }) }
