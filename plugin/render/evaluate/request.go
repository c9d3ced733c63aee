// Package evaluate evaluates jsonnet programs in a process of its own, and finds
// the Kubernetes objects that they declare more than once.
//
// The programs are untrusted. They read nothing but the checkout that they are
// in and the libraries that the caller names, and what they print reaches the
// caller as text that is still to be quoted. A program that recurses or runs for
// ever, or takes too much memory, costs nothing but the process.
//
// The package is v0: the API may change in any minor release, as the changelog
// says.
package evaluate

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Request says what is evaluated, and how.
type Request struct {
	// Programs are evaluated one after another. All of them are one
	// deployable set.
	Programs []Program
	// Named are the files that the caller names, by those names: programs, and
	// files that variables import.
	Named map[string]Named
	// Dir is the directory from which relative names are. It is absolute.
	Dir string
	// Top is the checkout from which code that is no file imports.
	Top string
	// Libraries are where imports are searched, the last one first.
	Libraries []string
	// AnyFile lets the programs read every file.
	AnyFile bool
	// Variables are external variables and top-level arguments.
	Variables []job.Variable
	// MaxStack is the number of stack frames that a program may use, and
	// MaxTrace that of the lines of a stack trace, 0 is all.
	MaxStack, MaxTrace int
	// Rules are those of the check.
	Rules dupcheck.Rules
	// Lenient lets pass what is no object.
	Lenient bool
	// Emit is the form of Result.Output: one of Formats, Text, or nothing.
	Emit string
}

// Program is one program.
type Program struct {
	// Name is what it is called in positions, and its name in Request.Named if
	// it is a file.
	Name string
	// Snippet says that it is no file, and Code is the program then.
	Snippet bool
	Code    string
}

// Named is a file that the caller names.
type Named struct {
	// Text is its content.
	Text []byte
	// Top is the checkout that it is in, without symbolic links. Its imports
	// have to be there, or in a library.
	Top string
}

// Result is what comes of a request.
type Result struct {
	// Report is what was found, with source lines.
	Report dupcheck.Report
	// Output is what was to be emitted.
	Output []byte
}

// Failure is why a program has no value, or one that cannot be understood. It
// holds words of the program, which are to be quoted.
type Failure struct {
	Text string
	// Words says that the text is jsonnet's: a message and a stack trace in
	// several lines.
	Words bool
}

// Error returns the text as it is.
func (f *Failure) Error() string { return f.Text }
