package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/internal/worker"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// evaluate evaluates the programs that the arguments name. r has the settings for which
// there are no flags.
func (f *jsonnetFlags) evaluate(ctx context.Context, c Command, args []string, r evaluate.Request) (evaluate.Result, error) {
	if err := f.validate(); err != nil {
		return evaluate.Result{}, err
	}
	command, err := c.workerCommand(evaluatorName)
	if err != nil {
		return evaluate.Result{}, err
	}
	r.MaxStack, r.MaxTrace, r.AnyFile, r.Libraries = f.maxStack, f.maxTrace, f.anyFile, f.searchPath()
	a := evaluate.Arguments{Programs: args, Code: f.code, Stdin: c.Stdin}
	for _, v := range f.vars {
		variable, err := v.parse()
		if err != nil {
			return evaluate.Result{}, err
		}
		a.Variables = append(a.Variables, variable)
	}
	filled := r
	err, interrupted := crash.Await(ctx, func() error { return filled.Read(a) }) // a pipe may have no end
	if interrupted != nil {
		return evaluate.Result{}, errInterrupted
	}
	if err != nil {
		return evaluate.Result{}, failf("%w", err)
	}
	s := evaluate.Supervisor{
		Command: command, Timeout: f.timeout, Memory: c.mostMemory(), Stack: worker.StackOf(c.mostMemory()),
		Trace: func(text string) { fmt.Fprintln(c.Stderr, traced(text)) },
	}
	result, err := s.Run(ctx, filled)
	said, failed := errors.AsType[*evaluate.Failure](err)
	switch {
	case ctx.Err() != nil:
		return result, errInterrupted
	case failed && said.Words:
		return result, &exitError{exitNoWork, &programError{said}}
	}
	return result, failure(err)
}

// tracedAt is how go-jsonnet begins the output of std.trace.
var tracedAt = regexp.MustCompile(`^TRACE: [!-~]+?:\d+ `)

// traced returns the output of std.trace in one harmless line.
func traced(text string) string {
	at := tracedAt.FindString(text)
	return printable(at + dupcheck.Quote(text[len(at):]))
}

// programError is an error of a program, in jsonnet's own words: a message and a stack
// trace, in which each line begins with a tab.
type programError struct{ err error }

// Error returns the text, in which everything that must not reach a terminal is quoted.
func (e *programError) Error() string {
	words := regexp.MustCompile(`[^\t\n]+`) // the stack trace is indented
	return words.ReplaceAllStringFunc(strings.TrimRight(e.err.Error(), "\n"), printable)
}

// isProgramError says whether an error is shown unchanged.
func isProgramError(err error) bool {
	var e *programError
	return errors.As(err, &e)
}
