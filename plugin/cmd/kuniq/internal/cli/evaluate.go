package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// evaluate evaluates the programs that the arguments name. Of the request it
// needs what the flags do not say.
func (f *jsonnetFlags) evaluate(ctx context.Context, c Command, args []string, r evaluate.Request) (evaluate.Result, error) {
	if err := f.validate(); err != nil {
		return evaluate.Result{}, err
	}
	command, err := c.workerCommand(evaluatorName)
	if err != nil {
		return evaluate.Result{}, err
	}
	if err := f.fillRequest(ctx, c, args, &r); err != nil {
		return evaluate.Result{}, err
	}
	s := evaluate.Supervisor{
		Command: command, Timeout: f.timeout, Memory: c.mostMemory(), Stack: stackOf(c.mostMemory()),
		Trace: func(text string) { fmt.Fprintln(c.Stderr, traced(text)) },
	}
	result, err := s.Run(ctx, r)
	failure, failed := errors.AsType[*evaluate.Failure](err)
	switch {
	case ctx.Err() != nil:
		return result, errInterrupted
	case failed && failure.Words:
		return result, &exitError{exitNoWork, &programError{failure}}
	case err != nil:
		return result, failf("%w", err)
	}
	return result, nil
}

// fill fills a request in, unless ctx ends first: a pipe may have no end.
func (f *jsonnetFlags) fillRequest(ctx context.Context, c Command, args []string, r *evaluate.Request) error {
	filled := *r
	err, interrupted := crash.Await(ctx, func() error { return f.fill(&filled, c.Stdin, args) })
	if interrupted != nil {
		return errInterrupted
	}
	*r = filled
	return err
}

// tracedAt is how go-jsonnet begins what std.trace prints.
var tracedAt = regexp.MustCompile(`^TRACE: [!-~]+?:\d+ `)

// traced returns what std.trace prints in one line that does no more than be
// read.
func traced(text string) string {
	at := tracedAt.FindString(text)
	return printable(at + dupcheck.Quote(text[len(at):]))
}

// programError is an error of a program, in jsonnet's own words: a message and
// a stack trace, whose lines begin with tabs.
type programError struct{ err error }

// Error returns the words with all that is not to reach a terminal quoted.
func (e *programError) Error() string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimRight(e.err.Error(), "\n"), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, part := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(printable(part))
		}
	}
	return b.String()
}

// isProgramError says whether an error is to be shown as it is.
func isProgramError(err error) bool {
	var e *programError
	return errors.As(err, &e)
}
