package checkout

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// ReadRegular reads a regular file of at most so many bytes. Unless the user has named
// it, it must not lead out of the working directory. The error of a missing file is
// os.ErrNotExist; that of a broken link is not.
func ReadRegular(name string, most int, named bool) ([]byte, error) {
	var file *os.File
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	if _, there := os.Lstat(name); err != nil && there == nil {
		return nil, errors.New("it is a link to nothing") // and not a missing file
	}
	if named {
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
