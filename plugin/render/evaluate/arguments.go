package evaluate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Arguments are programs and variables as the caller names them.
type Arguments struct {
	// Programs are names of files, "-" for Stdin, or the programs themselves if
	// Code is true.
	Programs []string
	Code     bool
	Stdin    io.Reader
	// Variables are external variables and top-level arguments.
	Variables []Variable
}

// Variable is an external variable or a top-level argument. If File is set, its
// value or its code is in that file.
type Variable struct {
	job.Variable
	File string
}

// ParseVariable reads a variable that is written NAME=VALUE, or NAME=FILE if file is true.
// lookup gives the value of a name alone, as os.LookupEnv does.
func ParseVariable(s string, v job.Variable, file bool, lookup func(string) (string, bool)) (out Variable, err error) {
	name, value, given := strings.Cut(s, "=")
	v.Name, v.Value = name, value
	switch {
	case name == "":
		err = fmt.Errorf("%s: no name", dupcheck.QuoteAlways(s))
	case file && !given:
		err = fmt.Errorf("%s is not of the form NAME=FILE", dupcheck.QuoteAlways(s))
	case file:
		v.Value = ""
		return Variable{Variable: v, File: value}, nil
	case !given:
		if v.Value, given = lookup(name); !given {
			err = fmt.Errorf("%s: there is no such environment variable", dupcheck.QuoteAlways(name))
		}
	}
	return Variable{Variable: v}, err
}

// Read adds to a request what the arguments name, and reads the files. Names are
// relative to the working directory, which the request gets. Libraries and AnyFile
// have to be set before. An error says which file cannot be read.
func (r *Request) Read(a Arguments) (err error) {
	if r.Dir, err = checkout.WorkingDir(); err != nil {
		return err
	}
	r.Top, r.Named = checkout.Top(r.Dir), map[string]Named{}
	for _, name := range r.Libraries {
		if err := r.stays(name); err != nil {
			return err
		}
	}
	for _, v := range a.Variables {
		if v.File != "" {
			if err := r.readVariable(&v); err != nil {
				return fmt.Errorf("variable %s: %w", dupcheck.Quote(v.Name), err)
			}
		}
		r.Variables = append(r.Variables, v.Variable)
	}
	for _, name := range a.Programs {
		p, err := r.program(a, name)
		if err != nil {
			return err
		}
		r.Programs = append(r.Programs, p)
	}
	return nil
}

// program returns the program that an argument is or names. A program from a pipe
// imports from the working directory, since there is nothing beside it.
func (r *Request) program(a Arguments, name string) (Program, error) {
	switch {
	case a.Code:
		return Program{Name: "<cmdline>", Code: name, Snippet: true}, nil
	case name == "-":
		text, err := readAll("the program on standard input", a.Stdin)
		return Program{Name: "<stdin>", Code: string(text), Snippet: true}, err
	}
	text, regular, err := r.read(name)
	if !regular {
		return Program{Name: name, Code: string(text), Snippet: true}, err
	}
	r.Named[name] = r.named(name, text)
	return Program{Name: name}, err
}

// readVariable reads the file of a variable. Code is imported, so that its own
// imports are found beside the file.
func (r *Request) readVariable(v *Variable) error {
	text, regular, err := r.read(v.File)
	v.Value = string(text)
	if err == nil && v.Code && regular {
		r.Named[v.File] = r.named(v.File, text)
		v.Value = "import @'" + strings.ReplaceAll(v.File, "'", "''") + "'"
	}
	return err
}

// named returns a regular file that the caller names.
func (r *Request) named(name string, text []byte) Named {
	real, err := filepath.EvalSymlinks(filepath.Dir(r.absolute(name)))
	if err != nil {
		return Named{Text: text} // it has been read, but it imports nothing
	}
	return Named{Text: text, Top: checkout.Top(real)}
}

// read reads a file, and says whether it is a regular one and no pipe.
func (r *Request) read(name string) (text []byte, regular bool, err error) {
	if err := r.stays(name); err != nil {
		return nil, false, err
	}
	file, err := os.Open(filepath.Clean(name)) // as imports are found
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, false, err
	}
	text, err = readAll(name, file)
	return text, info.Mode().IsRegular(), err
}

// readAll reads a file of limited size.
func readAll(name string, from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, job.MostFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", dupcheck.Quote(name), err)
	case len(text) > job.MostFile:
		return nil, fmt.Errorf("%s is larger than %d MiB", dupcheck.Quote(name), job.MostFile>>20)
	}
	return text, nil
}

// stays refuses a name that leads out of its checkout by a link.
func (r *Request) stays(name string) error {
	if r.AnyFile {
		return nil
	}
	return checkout.Stays(name)
}
