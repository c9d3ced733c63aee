package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
	"github.com/kuniq/kuniq/plugin/policy"
)

// The exit codes of every subcommand.
const (
	exitClean    = 0
	exitFindings = 1
	exitUsage    = 2
	exitNoWork   = 3 // could not do the work, or not all of it
)

// exitError ends the command with a code. Without err there is nothing more to
// say.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// exitOf turns an error of cobra into an exit.
func exitOf(err error) *exitError {
	if err == nil {
		return &exitError{code: exitClean}
	}
	if errors.As(err, new(*policy.OptionError)) {
		err = failure(err)
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return exit
	}
	// All errors of cobra itself are about the command line, which they cite unchanged.
	return &exitError{exitUsage, errors.New(dupcheck.Quote(err.Error()))}
}

// crashed ends the command after a panic.
func (c Command) crashed(p *crash.Panic) int {
	input := ""
	if p.Input != "" {
		input = dupcheck.Quote(p.Input) + ": "
	}
	c.sayf("%sstopped by a bug in kuniq: %s (KUNIQ_DEBUG=1 prints the stack)", input, p.Error())
	if os.Getenv("KUNIQ_DEBUG") == "1" {
		fmt.Fprintf(c.Stderr, "%s\n\n%s", printable(fmt.Sprint(p.Value)), p.Stack)
	}
	return exitNoWork
}

func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func failf(format string, args ...any) error {
	return &exitError{exitNoWork, fmt.Errorf(format, args...)}
}

var errInterrupted = failf("interrupted")

// withoutFlag are the settings of kuniq.yaml that no flag has.
var withoutFlag = []string{"namespaces", "repos"}

// asFlag replaces the name of a setting at the start of a text by that of its flag.
func asFlag(option, text string) string {
	if option == "" || slices.Contains(withoutFlag, option) {
		return text
	}
	return "--" + text
}

// failure turns an error of the libraries into an exit.
func failure(err error) error {
	var option *policy.OptionError
	var invalid *policy.InvalidError
	var exit *exitError
	switch {
	case err == nil || errors.As(err, &exit):
		return err
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return errInterrupted
	case errors.As(err, &invalid):
		return &exitError{exitUsage, err}
	case errors.As(err, &option):
		return &exitError{exitUsage, errors.New(asFlag(option.Option, option.Error()))}
	}
	return &exitError{exitNoWork, advice.Error(err)}
}
