package split

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// OpenDir opens an output directory, which must not be a link. The error is
// fs.ErrNotExist if it does not exist.
func OpenDir(dir string) (*os.Root, error) {
	dir = filepath.Clean(dir) // With a slash at the end a link would be followed.
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("a symbolic link; name the directory itself")
	case !info.IsDir():
		return nil, errors.New("not a directory")
	}
	return os.OpenRoot(dir)
}

// WriteDir is Write for a directory that is named by its path. If it does not exist,
// WriteDir creates it, with the directories above it, and it appears whole, in one step.
// If the process is killed before that, the hidden directory .NAME.kuniq-new stays beside
// it, and the next call for the same path removes it. Errors name the directory.
func (p Plan) WriteDir(ctx context.Context, dir string, o WriteOptions) (result Result, err error) {
	dir = filepath.Clean(dir)
	root, err := OpenDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		result, err = p.writeNewDir(ctx, dir, o)
		return result, about(dir, err)
	case err != nil:
		return result, about(dir, err)
	}
	defer root.Close()
	if above, err := os.OpenRoot(filepath.Dir(dir)); err == nil { // or nothing can have been left there
		err = removeUnfinished(above, filepath.Base(dir))
		if err != nil && !errors.Is(err, ErrBusy) && o.Warn != nil {
			o.Warn(err)
		}
		_ = above.Close() // it was only read
	}
	result, err = p.Write(ctx, root, o)
	return result, about(dir, err)
}

// PreviewDir is Preview of WriteDir.
func (p Plan) PreviewDir(dir string, o WriteOptions) (result Result, refusals []Refusal, err error) {
	root, err := OpenDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for _, file := range p.Files {
			result.Written = append(result.Written, file.Name)
		}
		return result, p.Refusals, nil
	case err != nil:
		return result, nil, about(dir, err)
	}
	defer root.Close()
	result, refusals, err = p.Preview(root, o)
	return result, refusals, about(dir, err)
}

// about says which directory an error is about. Refusals name their own places.
func about(dir string, err error) error {
	if err == nil || errors.As(err, new(*RefusedError)) {
		return err
	}
	if path, ok := err.(*fs.PathError); ok { // of the directory itself
		err = path.Err
	}
	return fmt.Errorf("%s: %w", dupcheck.Quote(dir), err)
}

// writeNewDir makes the directory. It and those above it go again, if they were made
// for nothing.
func (p Plan) writeNewDir(ctx context.Context, dir string, o WriteOptions) (result Result, err error) {
	made, err := makeDirs(filepath.Dir(dir))
	defer func() {
		for _, dir := range slices.Backward(made) {
			if err != nil {
				_ = os.Remove(dir) // fails if anything is in it, as it should
			}
		}
	}()
	if err != nil {
		return result, err
	}
	above, err := os.OpenRoot(filepath.Dir(dir))
	if err == nil {
		defer above.Close()
		result, err = p.writeNew(ctx, above, filepath.Base(dir), o)
	}
	if !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return result, err
	}
	// The one above may be written, but perhaps not read, or not locked.
	if err := os.Mkdir(dir, 0o777); err != nil {
		return result, err
	}
	made = append(made, dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return result, err
	}
	defer root.Close()
	return p.Write(ctx, root, o)
}

// makeDirs creates a directory and those above it, and returns what it created, the
// uppermost first.
func makeDirs(dir string) (made []string, err error) {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil, nil // Opening it shows its type.
	}
	if made, err = makeDirs(filepath.Dir(dir)); err != nil {
		return made, err
	}
	switch err := os.Mkdir(dir, 0o777); {
	case err == nil:
		made = append(made, dir)
	case !errors.Is(err, fs.ErrExist):
		return made, about(dir, err)
	}
	return made, nil
}

// WriteJSON prints the plan and its result in the directory, in the format of "kuniq
// split -o json".
func (p Plan) WriteJSON(w io.Writer, dir string, r Result) error {
	type place struct {
		File string `json:"file"`
		Line int    `json:"line"`
		Text string `json:"text"`
	}
	type file struct {
		Name   string `json:"name"`
		Source string `json:"source"`
		Line   int    `json:"line"`
		How    string `json:"how"`
		Bytes  int    `json:"bytes"`
	}
	for _, names := range []*[]string{&r.Written, &r.Unchanged, &r.Pruned, &r.Kept, &r.Stale} {
		*names = append([]string{}, *names...) // nil is an empty array
	}
	out := struct {
		Version int    `json:"version"`
		Dir     string `json:"dir"`
		Files   []file `json:"files"`
		Result
		Notes    []place `json:"notes"`
		Refusals []place `json:"refusals"`
	}{1, dir, []file{}, r, []place{}, []place{}}
	for _, f := range p.Files {
		out.Files = append(out.Files, file{f.Name, f.From.File, f.From.Line, f.How.String(), f.Size()})
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, place{n.At.File, n.At.Line, n.Text})
	}
	for _, n := range p.Refusals {
		out.Refusals = append(out.Refusals, place{n.At.File, n.At.Line, n.Reason})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
