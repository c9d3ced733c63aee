// Package outfile writes the reports of one run, to a stream and into files. It writes a
// file as a whole or not at all.
package outfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// ErrInput is the error about a file that a report must not replace.
var ErrInput = errors.New("this is a file that kuniq reads; name another one")

// Destination is a format and the file for the report in it. Without a file the report is
// written to the stream.
type Destination struct{ Format, File string }

// Clear makes room for a report, and removes one of an earlier run. The inputs are the
// arguments of the run, which may be names of files. The error is an ErrInput for a file
// that is read, or says why the report cannot be written.
func (d Destination) Clear(inputs []string) error {
	if isStream(d.File) {
		return nil
	}
	info, err := os.Lstat(d.File)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return errors.New("it is a symbolic link")
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	case isInput(d.File, info, inputs):
		return ErrInput
	case err == nil:
		err = os.Remove(d.File)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	probe, err := replace.Begin(d.File)
	if err == nil {
		probe.Discard()
	}
	return err
}

// isStream says whether a file is a device or a pipe, also through a link: such as
// /dev/null, or the file that a shell makes for >(COMMAND).
func isStream(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe) != 0
}

// isInput says whether a report would replace a file that is read: one of the inputs, or a
// manifest. info is that of the file, or nil.
func isInput(name string, info fs.FileInfo, inputs []string) bool {
	if manifest.HasExtension(name) && filepath.Ext(name) != ".json" {
		return true
	}
	if info == nil {
		return false
	}
	for _, input := range inputs {
		if other, err := os.Stat(input); err == nil && os.SameFile(info, other) {
			return true
		}
	}
	data, err := os.ReadFile(name)
	var is struct{ APIVersion, Kind, ID json.RawMessage }
	return err == nil && filepath.Ext(name) == ".json" && json.Unmarshal(data, &is) == nil && is.APIVersion != nil && is.Kind != nil
}

// Failed returns an error about a report that could not be written.
func (d Destination) Failed(err error) error {
	return fmt.Errorf("--output %s=%s: %w", d.Format, dupcheck.Quote(d.File), withoutPath(err))
}

// withoutPath returns an error of the system without its path, which may be that of the
// temporary file.
func withoutPath(err error) error {
	if system := new(fs.PathError); errors.As(err, &system) {
		return system.Err
	}
	return err
}

// Report is an open report.
type Report struct {
	Destination
	// Writer takes the report: the stream, or a *File.
	io.Writer
	end func() error
}

// File is a report in a file. It keeps its first failure for Report.Close.
type File struct {
	to  io.Writer
	err error
}

// Write never fails. After a failure it does nothing.
func (f *File) Write(p []byte) (int, error) {
	if f.err == nil {
		_, f.err = f.to.Write(p)
	}
	return len(p), nil
}

// Open begins all reports, first the one for the stream, in the given format. The caller has
// to close each of them.
func Open(stream io.Writer, format string, files []Destination) []Report {
	all := []Report{{Destination{Format: format}, stream, func() error { return nil }}}
	for _, d := range files {
		all = append(all, d.open())
	}
	return all
}

func (d Destination) open() Report {
	if isStream(d.File) {
		f, err := os.OpenFile(d.File, os.O_WRONLY, 0)
		to := &File{f, err}
		return Report{d, to, func() error { return errors.Join(to.err, f.Close()) }}
	}
	p, err := replace.Begin(d.File)
	if err != nil {
		return Report{d, io.Discard, func() error { return err }}
	}
	to := &File{to: p}
	return Report{d, to, func() error {
		if to.err != nil {
			p.Discard()
			return to.err
		}
		return p.Commit(0o644)
	}}
}

// Close moves a file into its place. err is the error of writing the report.
func (r Report) Close(err error) error {
	if err = errors.Join(err, r.end()); err != nil && r.File != "" {
		err = r.Failed(err)
	}
	return err
}
