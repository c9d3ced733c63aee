// Package replace writes a file all or nothing.
package replace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// File writes a file beside its place and renames it, so that a failure leaves what
// was there. An error is that of the system about the one file or the other.
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

// Begin begins to write a file of that name. The caller has to end it with Commit or
// Discard.
func Begin(name string) (*Pending, error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, err
	}
	return &Pending{file, name}, nil
}

// Commit puts the file into its place. After an error nothing of it is left.
func (p *Pending) Commit(perm fs.FileMode) error {
	err := errors.Join(p.Chmod(perm), p.Close())
	if err == nil {
		err = os.Rename(p.Name(), p.name)
	}
	if err != nil {
		_ = os.Remove(p.Name()) // the error to tell is the first one
	}
	return err
}

// Discard removes what was written and leaves what was there.
func (p *Pending) Discard() {
	_ = p.Close()
	_ = os.Remove(p.Name())
}
