package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostBaseline is the size limit of a baseline in bytes: it may come from the author of a
// change.
const mostBaseline = 64 << 20

// baselineVersion changes only if a field changes its name or meaning.
const baselineVersion = 1

// WriteBaseline writes accepted findings as one JSON object with one line for each of them,
// so that a review shows every finding that is added or removed.
func WriteBaseline(w io.Writer, b dupcheck.Baseline) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"version\": %d, \"findings\": [", baselineVersion)
	for i, a := range b {
		if i > 0 {
			out.WriteByte(',')
		}
		line, err := encode(a, false)
		if err != nil {
			return err
		}
		out.WriteString("\n" + strings.TrimSuffix(string(line), "\n"))
	}
	out.WriteString("\n]}\n")
	_, err := w.Write(out.Bytes())
	return err
}

// ReadBaseline reads the output of WriteBaseline, and nothing else: an unknown field is an
// error, and so is an entry without a rule or a file, or a baseline above 64 MiB. Errors
// quote all text from the content.
func ReadBaseline(r io.Reader) (dupcheck.Baseline, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostBaseline+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostBaseline {
		return nil, fmt.Errorf("it is larger than %d MiB", mostBaseline>>20)
	}
	var doc struct {
		Version  int               `json:"version"`
		Findings dupcheck.Baseline `json:"findings"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("line %d: %s", lineOf(data, err, dec.InputOffset()), dupcheck.Quote(err.Error()))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: something follows the baseline", lineAt(data, dec.InputOffset()))
	}
	if doc.Version != baselineVersion {
		return nil, fmt.Errorf("it is of version %d, and not %d", doc.Version, baselineVersion)
	}
	for i, f := range doc.Findings {
		if f.Rule == "" || len(f.Files) == 0 {
			return nil, fmt.Errorf("finding %d has no rule or no files", i+1)
		}
		slices.Sort(f.Files)
	}
	return doc.Findings, nil
}

// lineOf returns the line of an error of package json, which knows an offset or
// not.
func lineOf(data []byte, err error, offset int64) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	case errors.Is(err, io.ErrUnexpectedEOF):
		offset = int64(len(data))
	}
	return lineAt(data, offset)
}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n"))
}
