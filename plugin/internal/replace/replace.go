// Package replace writes a file as a whole or not at all.
package replace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// File writes a file beside its place and renames it, so that a failure leaves the old file.
// Errors are those of the system about either file.
func File(name string, data []byte, perm fs.FileMode) error {
	p, err := Begin(name)
	if err != nil {
		return err
	}
	if _, err := p.Write(data); err != nil {
		p.Discard()
		return err
	}
	return p.Commit(perm)
}

// Pending is a file that is written beside its place. Make it with [Begin].
type Pending struct {
	*os.File
	name string
}

// Begin begins to write a file with a name. The caller has to end it with Commit or Discard.
func Begin(name string) (*Pending, error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, err
	}
	return &Pending{file, name}, nil
}

// Commit moves the file into its place. After an error nothing of it is left.
func (p *Pending) Commit(perm fs.FileMode) error {
	err := errors.Join(p.Chmod(perm), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), p.name)
	}
	if err != nil {
		_ = os.Remove(p.Name()) // the first error is the one to report
	}
	return err
}

// Discard removes the new file and leaves the old one.
func (p *Pending) Discard() {
	_ = p.Close()
	_ = os.Remove(p.Name())
}
