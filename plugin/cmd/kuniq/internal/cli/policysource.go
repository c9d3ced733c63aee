package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// source is where the policy and the baseline come from.
type source struct {
	c        Command
	revision *revision.Revision // nil: the working directory
}

func (c Command) source(ctx context.Context, name string) (s source, err error) {
	s.c = c
	if name == "" {
		return s, nil
	}
	if s.revision, err = revision.Open(ctx, ".", name); err != nil {
		return s, failf("--policy-from: %w", err)
	}
	return s, nil
}

// read returns the content of a file, and false if there is none. A file that
// was not named by a flag is not read where it leaves the working directory.
func (s source) read(ctx context.Context, name string, most int, trusted bool) ([]byte, bool, error) {
	var data []byte
	var err error
	if s.revision != nil {
		data, err = s.revision.ReadFile(ctx, name, most)
	} else {
		data, err = readFile(name, most, trusted)
	}
	switch {
	case errors.Is(err, os.ErrNotExist) || errors.Is(err, revision.ErrAbsent):
		return nil, false, nil
	case err != nil:
		return nil, false, failf("%s: %w", s.name(name), err)
	}
	return data, true, nil
}

// name is what a file is called in messages.
func (s source) name(file string) string {
	if s.revision != nil {
		return dupcheck.Quote(file) + " of " + dupcheck.QuoteAlways(s.revision.Name())
	}
	return dupcheck.Quote(file)
}

// readFile reads a regular file of at most so many bytes.
func readFile(name string, most int, trusted bool) ([]byte, error) {
	var file *os.File
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	if _, there := os.Lstat(name); err != nil && there == nil {
		return nil, errors.New("it is a link to nothing") // and not a file that is missing
	}
	if trusted {
		file, err = os.Open(name)
	} else {
		file, err = os.OpenInRoot(".", filepath.FromSlash(name))
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err == nil && len(data) > most {
		err = errors.New("it is too large")
	}
	return data, err
}
