package krmfn

import (
	"errors"
	"fmt"
	"io/fs"
	"text/template"

	"github.com/kuniq/kuniq/dupcheck/report"
)

// The exit codes of the function. They are those of every kuniq command.
const (
	// Clean: no finding is an error.
	Clean = 0
	// Findings: at least one finding is an error.
	Findings = 1
	// BadConfig: the functionConfig is not understood, or must not be used
	// where it is.
	BadConfig = 2
	// NoWork: the input is not a ResourceList, or part of it cannot be read.
	NoWork = 3
)

// MostBytes is how large a ResourceList may be.
const MostBytes = 1 << 30

// Env is what the function may know about its process. The zero value knows nothing, and
// is ready for use.
type Env struct {
	// Dir is the working directory, which kustomize makes that of the
	// kustomization. It is read only for "emit: none", which is refused
	// without it.
	Dir fs.FS
	// LayoutFunctions are for the layouts that are Go templates, besides those
	// that every template has. See split.ParseLayout.
	LayoutFunctions template.FuncMap
}

// Outcome is the outcome of a run of the function.
type Outcome struct {
	// Output is for standard output: a ResourceList, or nothing.
	Output []byte
	// Log is for standard error. It is safe to print, and ends with a newline.
	Log string
	// Code is the exit code.
	Code int
}

// Run runs the function on standard input. If the functionConfig asks for UniqueObjects,
// Output is the input itself if nothing is wrong, and otherwise the input with results.
// With the codes BadConfig and NoWork there is no Output. Run reads nothing but its
// arguments.
func Run(input []byte, env Env) Outcome {
	out, err := run(input, env)
	if err == nil {
		return out
	}
	code := NoWork
	var failed *failure
	if errors.As(err, &failed) {
		code = failed.code
	}
	return Outcome{Log: "kuniq: " + report.Sentence(err.Error()) + "\n", Code: code}
}

func run(input []byte, env Env) (Outcome, error) {
	l, err := read(input)
	if err != nil {
		return Outcome{}, err
	}
	c, err := configure(l.config, l.configLine, env.LayoutFunctions)
	if err != nil {
		return Outcome{}, err
	}
	if c.emitNone {
		if err := onlyValidates(env.Dir, c.self); err != nil {
			return Outcome{}, err
		}
	}
	if c.kind == kindFiles {
		return c.separate(l)
	}
	return c.unique(l)
}

// failure ends a run with an exit code.
type failure struct {
	code int
	text string
}

// Error returns the reason in one line.
func (f *failure) Error() string { return f.text }

func badConfigf(format string, args ...any) error {
	return &failure{BadConfig, fmt.Sprintf(format, args...)}
}

func noWorkf(format string, args ...any) error {
	return &failure{NoWork, fmt.Sprintf(format, args...)}
}
