package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// mostProgram is how large a file may be that the caller names.
const mostProgram = 64 << 20

// fill says in a request what the flags and the arguments say. It reads all that
// the caller names.
func (f *jsonnetFlags) fill(r *evaluate.Request, stdin io.Reader, args []string) (err error) {
	if r.Dir, err = checkout.WorkingDir(); err != nil {
		return err
	}
	r.Top, r.Named = checkout.Top(r.Dir), map[string]evaluate.Named{}
	r.MaxStack, r.MaxTrace, r.AnyFile = f.maxStack, f.maxTrace, f.anyFile
	r.Libraries = f.searchPath()
	for _, name := range r.Libraries {
		if err := f.stays(name); err != nil {
			return err
		}
	}
	for _, v := range f.vars {
		variable, err := f.variable(r, v)
		if err != nil {
			return err
		}
		r.Variables = append(r.Variables, variable)
	}
	for _, arg := range args {
		p, err := f.program(r, stdin, arg)
		if err != nil {
			return err
		}
		r.Programs = append(r.Programs, p)
	}
	return nil
}

// program returns the program that an argument is or names. One that comes
// through a pipe imports from the working directory: there is nothing beside it.
func (f *jsonnetFlags) program(r *evaluate.Request, stdin io.Reader, arg string) (evaluate.Program, error) {
	switch {
	case f.code:
		return evaluate.Program{Name: "<cmdline>", Code: arg, Snippet: true}, nil
	case arg == "-":
		text, err := readNamed("the program on standard input", stdin)
		return evaluate.Program{Name: "<stdin>", Code: string(text), Snippet: true}, err
	}
	text, regular, err := f.read(arg)
	if !regular {
		return evaluate.Program{Name: arg, Code: string(text), Snippet: true}, err
	}
	r.Named[arg] = namedFile(r.Dir, arg, text)
	return evaluate.Program{Name: arg}, err
}

// variable returns what a flag sets. Code in a file is imported, so that what it
// imports itself is found beside it.
func (f *jsonnetFlags) variable(r *evaluate.Request, v jsonnetVariable) (render.Variable, error) {
	name, file, given := strings.Cut(v.text, "=")
	if !v.kind.file || name == "" {
		return v.variable()
	}
	if !given {
		return render.Variable{}, usagef("--%s %s is not of the form NAME=FILE", v.kind.flag, dupcheck.QuoteAlways(v.text))
	}
	text, regular, err := f.read(file)
	if err != nil {
		return render.Variable{}, failf("--%s: %w", v.kind.flag, err)
	}
	out := render.Variable{Name: name, Value: string(text), Top: v.kind.top, Code: v.kind.code}
	if v.kind.code && regular {
		r.Named[file] = namedFile(r.Dir, file, text)
		out.Value = "import @'" + strings.ReplaceAll(file, "'", "''") + "'"
	}
	return out, nil
}

// namedFile returns a file that the caller names, which is regular.
func namedFile(dir, name string, text []byte) evaluate.Named {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	real, err := filepath.EvalSymlinks(filepath.Dir(name))
	if err != nil {
		return evaluate.Named{Text: text} // it has been read, but it imports nothing
	}
	return evaluate.Named{Text: text, Top: checkout.Top(real)}
}

// read reads a file that the caller names, and says whether it is a regular one
// and no pipe.
func (f *jsonnetFlags) read(name string) (text []byte, regular bool, err error) {
	if err := f.stays(name); err != nil {
		return nil, false, err
	}
	file, err := os.Open(filepath.Clean(name)) // as imports are found
	if err != nil {
		return nil, false, failf("%w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, false, failf("%w", err)
	}
	text, err = readNamed(name, file)
	return text, info.Mode().IsRegular(), err
}

// readNamed reads what the caller names.
func readNamed(name string, from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, mostProgram+1))
	switch {
	case err != nil:
		return nil, failf("reading %s: %w", dupcheck.Quote(name), err)
	case len(text) > mostProgram:
		return nil, failf("%s is larger than %d MiB", dupcheck.Quote(name), mostProgram>>20)
	}
	return text, nil
}

// stays refuses a name if what it names is elsewhere than it says.
func (f *jsonnetFlags) stays(name string) error {
	if f.anyFile {
		return nil
	}
	return failure(checkout.Stays(name))
}
