package protect

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// File is a file that may be edited.
type File struct {
	Name string
	// Data is its content, and Edited that with the annotations.
	Data []byte
	Edited
}

// Write replaces the file by the edited one, unless it was changed meanwhile.
func (f File) Write() error {
	info, err := os.Lstat(f.Name)
	if err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", dupcheck.Quote(f.Name))
	}
	now, err := os.ReadFile(f.Name)
	if err != nil || !bytes.Equal(now, f.Data) {
		return fmt.Errorf("%s has changed meanwhile", dupcheck.Quote(f.Name))
	}
	if err := replace.File(f.Name, f.Edited.Data, info.Mode().Perm()); err != nil {
		return fmt.Errorf("%s cannot be written: %s", dupcheck.Quote(f.Name), checkout.SystemReason(err))
	}
	return nil
}

// Files edits the files whose text is that of objects in a cluster: manifests that are
// deployed unchanged, and resources of kustomizations. It writes nothing. It calls yield
// with each file, and an error of yield ends the call. It calls unread with everything that
// is not edited because it could not be read. It returns the number of files that are no
// manifests. Errors are those of gate.Check.
func Files(ctx context.Context, args []string, tree gate.Options, o Options, unread func(dupcheck.Unread), yield func(File) error) (skipped int, err error) {
	sources, err := gate.FindSources(args, tree)
	if err != nil {
		return 0, err
	}
	defer sources.Close()
	skipped = len(sources.Skipped)
	for _, u := range sources.Unread {
		unread(u)
	}
	for file := range sources.Tree.Bytes(ctx) {
		edited, isManifest := editFile(file, o)
		for _, u := range edited.Unread {
			unread(u)
		}
		switch {
		case !isManifest:
			skipped++
		case edited.Data != nil:
			err = yield(File{file.Name, file.Data, edited})
		}
		if err != nil {
			return skipped, err
		}
	}
	return skipped, context.Cause(ctx)
}

// editFile adds the annotations to one file. Data is nil if it could not be read.
func editFile(file manifest.FileBytes, o Options) (p Edited, isManifest bool) {
	p.Unread = file.Unread
	if file.Data == nil {
		return p, file.Skipped == ""
	}
	if _, changed, err := manifest.Decode(file.Data); err != nil || changed {
		p.Unread = append(p.Unread, dupcheck.Unread{File: file.Name, Reason: "it is not UTF-8"})
		return p, true
	}
	p = Edit(file.Name, file.Data, o)
	if len(p.Unread) > 0 && p.Objects == 0 && !file.LooksLikeManifest() {
		return Edited{Unread: file.Unread}, false
	}
	p.Unread = append(file.Unread, p.Unread...)
	return p, true
}
