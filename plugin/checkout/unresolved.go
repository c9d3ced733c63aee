package checkout

import (
	"cmp"
	"errors"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Code classifies the reason why something is not read or rendered. Programs use the
// code, and people the words of the reason.
type Code = dupcheck.Code

// Codes returns all codes of reasons why a part is not resolved.
func Codes() []Code {
	return []Code{
		Missing, Remote, NoCommand, Mismatch, Outside, Unreadable, Absent, TooLarge, Invalid, Executes, NeedsHelm, NeedsValue, NeedsImport, NeedsObject,
		Elsewhere, Refused, Duplicate, TooLong, Died, Interrupted, Failed, dupcheck.Template, dupcheck.Encrypted,
	}
}

// The codes of reasons.
const (
	Missing     Code = "missing"        // there is no such file or directory
	Remote      Code = "remote"         // it would have to be fetched
	NoCommand   Code = "no-command"     // it would have to be fetched, and kuniq vendor has no command for it
	Mismatch    Code = "mismatch"       // it was fetched, and is not what its lock has
	Outside     Code = "outside"        // it is outside of the checked tree, or a link leads there
	Unreadable  Code = "unreadable"     // the system does not let it be read, or it is not a regular file
	Absent           = dupcheck.Absent  // its content is not in the checkout, as that of a git LFS pointer
	TooLarge    Code = "too-large"      // it is larger than kuniq reads
	Invalid          = dupcheck.Invalid // it is not what its format asks for
	Executes    Code = "executes"       // a program or plugin of the tree would have to run
	NeedsHelm   Code = "needs-helm"     // no helm command was given
	NeedsValue  Code = "needs-value"    // a variable of a program was not given
	NeedsImport Code = "needs-import"   // a program imports a file that is in no given directory
	NeedsObject Code = "needs-object"   // it needs a value of a ConfigMap or Secret that is not in the checkout
	Elsewhere   Code = "elsewhere"      // it is in another repository, or in a revision that is not available
	Refused     Code = "refused"        // the tool that renders it refuses it
	Duplicate   Code = "duplicate"      // the tool refuses it because an object is declared twice
	TooLong     Code = "too-long"       // it took longer than it may
	Died        Code = "died"           // the process that rendered it died
	Interrupted Code = "interrupted"    // the caller ended it
	Failed      Code = "failed"         // there was no room, or a bug
)

// Unresolved is an error that says why something is not read or rendered. Its
// words hold nothing of any file's content but paths.
type Unresolved struct {
	// Code is the sort of the reason.
	Code Code
	// Why is the reason in words.
	Why Reason
}

// Error returns the words in one line, with files from the top of the tree.
func (u *Unresolved) Error() string { return u.Why.String() }

// Errorf makes an Unresolved. The arguments are those of Reasonf.
func Errorf(code Code, format string, args ...any) error {
	return &Unresolved{Code: code, Why: Reasonf(format, args...)}
}

// Wrap puts words before those of an error. It returns nil for nil.
func Wrap(err error, format string, args ...any) error {
	return reworded(err, func(why Reason) Reason { return Reasonf(format, args...) + ": " + why })
}

// About says which file an error is about. It returns nil for nil.
func About(file string, err error) error { return Wrap(err, "%s", Named(file)) }

// NamedBy returns an error whose files are not in the tree: they stay as name returns
// them. It returns nil for nil.
func NamedBy(err error, name func(file string) string) error {
	return reworded(err, func(why Reason) Reason { return why.Told(name) })
}

// reworded returns an error with the same codes and other words.
func reworded(err error, words func(Reason) Reason) error {
	if err == nil {
		return nil
	}
	out := &Unresolved{Code: CodeOf(err), Why: words(ReasonOf(err))}
	if codes := CodesOf(err); len(codes) > 1 {
		return &several{out, codes}
	}
	return out
}

// CodeOf returns the code of an error that is or wraps an Unresolved, and Failed for all
// others.
func CodeOf(err error) Code {
	var u *Unresolved
	if errors.As(err, &u) {
		return u.Code
	}
	return Failed
}

// several are reasons of which the first one is shown.
type several struct {
	error
	codes []Code // of all
}

// Unwrap returns the first reason.
func (s *several) Unwrap() error { return s.error }

// Both returns the first of two reasons, either of which may be nil. CodesOf also knows
// the other one.
func Both(first, second error) error {
	if first == nil || second == nil {
		return cmp.Or(first, second)
	}
	codes := CodesOf(first)
	for _, code := range CodesOf(second) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return &several{first, codes}
}

// CodesOf returns the codes of all reasons in an error, that of CodeOf first.
func CodesOf(err error) []Code {
	var s *several
	if errors.As(err, &s) {
		return slices.Clone(s.codes)
	}
	return []Code{CodeOf(err)}
}
