package cli

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// outputs is the repeatable flag -o FORMAT[=FILE]: in which formats a command reports,
// and where. One report goes to a standard stream: that without a file, or else the
// default format.
type outputs struct {
	formats []string
	given   []destination
}

// destination is one use of the flag. Without a file it is the standard stream.
type destination struct{ format, file string }

// register adds the flag. The first format is the default.
func (o *outputs) register(cmd *cobra.Command, of string, formats []string) {
	o.formats = formats
	cmd.Flags().VarP(o, "output", "o", "format of the "+of+": "+listOf(formats)+"; with =FILE into a file (repeatable)")
	value(cmd, "output", "FORMAT[=FILE]", words(formats...))
	cmd.PreRunE = o.prepare
}

// Set takes in one use of the flag.
func (o *outputs) Set(s string) error {
	format, file, toFile := strings.Cut(s, "=")
	if err := oneOf("--output", format, o.formats); err != nil {
		return err
	}
	if toFile && file == "" {
		return usagef("--output %s: name the file after the =", s)
	}
	d := destination{format, file}
	for _, other := range o.given {
		switch {
		case other.format == format:
			return usagef("--output %s: this format is given twice", format)
		case d.file == "" && other.file == "":
			return usagef("--output %s and %s: standard output takes one report; write the other to a file with %[2]s=FILE", other.format, format)
		case d.file != "" && absolute(d.file) == absolute(other.file):
			return usagef("--output %s: %s is the file of %s, too", format, dupcheck.QuoteAlways(file), other.format)
		}
	}
	o.given = append(o.given, d)
	return nil
}

// absolute is a name that two names of one file have in common. The empty name is none.
func absolute(name string) string {
	if name == "" {
		return ""
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return filepath.Clean(name)
	}
	return full
}

// String returns the format of the standard stream.
func (o *outputs) String() string {
	for _, d := range o.given {
		if d.file == "" {
			return d.format
		}
	}
	if len(o.formats) == 0 { // pflag asks a zero value
		return ""
	}
	return o.formats[0]
}

// Type names the values to cobra.
func (o *outputs) Type() string { return "string" }

// redirect writes the report of the stream into a file, unless its name is empty.
func (o *outputs) redirect(file string) {
	if file != "" {
		format := o.String()
		o.given = append(o.files(), destination{format, file})
	}
}

// files are the destinations in files.
func (o *outputs) files() []destination {
	return slices.DeleteFunc(slices.Clone(o.given), func(d destination) bool { return d.file == "" })
}

// prepare refuses files that cannot be written, and removes those of an earlier run: a
// report that stays behind when this run fails would be taken for its report.
func (o *outputs) prepare(cmd *cobra.Command, args []string) error {
	inputs := slices.Clone(args)
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch list, ok := f.Value.(pflag.SliceValue); {
		case f.Name == "output" || f.Name == "report":
		case ok:
			inputs = append(inputs, list.GetSlice()...)
		default:
			inputs = append(inputs, f.Value.String())
		}
	})
	for _, d := range o.files() {
		if err := d.clear(inputs); err != nil {
			return d.failed(err)
		}
	}
	return nil
}

// clear makes room for a report. The inputs are arguments, among them names of files.
func (d destination) clear(inputs []string) error {
	if isStream(d.file) {
		return nil
	}
	info, err := os.Lstat(d.file)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return errors.New("it is a symbolic link")
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is no regular file")
	case isInput(d.file, info, inputs):
		return usagef("--output %s=%s: this is a file that kuniq reads; name another one", d.format, dupcheck.Quote(d.file))
	case err == nil:
		err = os.Remove(d.file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	probe, err := replace.Begin(d.file)
	if err == nil {
		probe.Discard()
	}
	return err
}

// isStream says whether a file is a device or a pipe, also behind a link: such as
// /dev/null, or what a shell makes of >(COMMAND).
func isStream(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe) != 0
}

// isInput says whether a report would take the place of a file that is read: one of the
// inputs, or a manifest. info is that of the file, or nil.
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

// failed is the way to end if a report could not be written.
func (d destination) failed(err error) error {
	if exit := new(exitError); errors.As(err, &exit) {
		return err
	}
	return failf("--output %s=%s: %s", d.format, dupcheck.Quote(d.file), checkout.SystemReason(err))
}

// opened is a report that is being written.
type opened struct {
	destination
	io.Writer
	end func() error
}

// open begins all reports. The first one is that for the stream.
func (o *outputs) open(stream io.Writer) []opened {
	all := []opened{{destination{format: o.String()}, stream, func() error { return nil }}}
	for _, d := range o.files() {
		all = append(all, d.open())
	}
	return all
}

func (d destination) open() opened {
	if isStream(d.file) {
		f, err := os.OpenFile(d.file, os.O_WRONLY, 0)
		to := &output{Writer: f, err: err}
		return opened{d, to, func() error { return errors.Join(to.err, f.Close()) }}
	}
	p, err := replace.Begin(d.file)
	if err != nil {
		return opened{d, io.Discard, func() error { return err }}
	}
	to := &output{Writer: p}
	return opened{d, to, func() error {
		if to.err != nil {
			p.Discard()
			return to.err
		}
		return p.Commit(0o644)
	}}
}

// close ends a report in which writing failed or not.
func (o opened) close(err error) error {
	if err = errors.Join(err, o.end()); err != nil && o.file != "" {
		err = o.failed(err)
	}
	return err
}

// write writes all reports, each with a call of print. One that cannot be written does
// not keep the others from being so.
func (o *outputs) write(stream io.Writer, print func(w io.Writer, format string) error) (err error) {
	for _, to := range o.open(stream) {
		err = errors.Join(err, to.close(print(to.Writer, to.format)))
	}
	return err
}
