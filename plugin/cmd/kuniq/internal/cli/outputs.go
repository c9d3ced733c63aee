package cli

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outfile"
)

// outputs is the repeatable flag -o FORMAT[=FILE]: the formats and files of the reports of a
// command. One report is written to a standard stream: the one without a file, or else one
// in the default format.
type outputs struct {
	formats []string
	given   []outfile.Destination
}

// register adds the flag. The first format is the default.
func (o *outputs) register(cmd *cobra.Command, of string, formats []string) {
	o.formats = formats
	cmd.Flags().VarP(o, "output", "o", "format of the "+of+": "+listOf(formats)+"; with =FILE into a file (repeatable)")
	value(cmd, "output", "FORMAT[=FILE]", words(formats...))
	cmd.PreRunE = o.prepare
}

// Set adds one use of the flag.
func (o *outputs) Set(s string) error {
	format, file, toFile := strings.Cut(s, "=")
	if err := oneOf("--output", format, o.formats); err != nil {
		return err
	}
	if toFile && file == "" {
		return usagef("--output %s: name the file after the =", s)
	}
	d := outfile.Destination{Format: format, File: file}
	for _, other := range o.given {
		switch {
		case other.Format == format:
			return usagef("--output %s: this format is given twice", format)
		case d.File == "" && other.File == "":
			return usagef("--output %s and %s: standard output takes one report; write the other to a file with %[2]s=FILE", other.Format, format)
		case d.File != "" && absolute(d.File) == absolute(other.File):
			return usagef("--output %s: %s is the file of %s, too", format, dupcheck.QuoteAlways(file), other.Format)
		}
	}
	o.given = append(o.given, d)
	return nil
}

// absolute returns the same name for two names of one file, and "" for "".
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
		if d.File == "" {
			return d.Format
		}
	}
	if len(o.formats) == 0 { // pflag asks a zero value
		return ""
	}
	return o.formats[0]
}

// Type names the values to cobra.
func (o *outputs) Type() string { return "string" }

// redirect writes the report of the stream into a file, unless the name of that is empty.
func (o *outputs) redirect(file string) error {
	if file == "" {
		return nil
	}
	format := o.String()
	o.given = o.files()
	return o.Set(format + "=" + file)
}

// files returns the destinations that are files.
func (o *outputs) files() []outfile.Destination {
	return slices.DeleteFunc(slices.Clone(o.given), func(d outfile.Destination) bool { return d.File == "" })
}

// prepare refuses files that cannot be written, and removes those of an earlier run: if this
// run fails, a report that stays behind would be taken for its report.
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
		switch err := d.Clear(inputs); {
		case errors.Is(err, outfile.ErrInput):
			return usagef("%w", d.Failed(err))
		case err != nil:
			return failf("%w", d.Failed(err))
		}
	}
	return nil
}

// open begins all reports.
func (o *outputs) open(stream io.Writer) []outfile.Report {
	return outfile.Open(stream, o.String(), o.files())
}

// write writes all reports, each with a call of print. If one cannot be written, the others
// still are.
func (o *outputs) write(stream io.Writer, print func(w io.Writer, format string) error) (err error) {
	for _, to := range o.open(stream) {
		err = errors.Join(err, to.Close(print(to.Writer, to.Format)))
	}
	if err != nil {
		return failf("writing the report: %w", err)
	}
	return nil
}
