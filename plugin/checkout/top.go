package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Top returns the top of the checkout that a directory is in: that of its git
// repository, or else the working directory if it is below that, or else the
// directory itself.
func Top(dir string) string {
	cwd, _ := WorkingDir() // or nothing is in it
	if tops := topsAbove(filepath.Join(dir, ".git"), cwd); len(tops) > 0 {
		return tops[0]
	}
	return dir
}

// WorkingDir returns the working directory without symbolic links.
func WorkingDir() (string, error) {
	dir, err := os.Getwd()
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", fmt.Errorf("finding the working directory: %w", err)
	}
	return dir, nil
}

// Stays refuses a name in a checkout if a symbolic link leads it out of there:
// the caller is trusted, and the checkout is not.
func Stays(name string) error {
	cwd, err := WorkingDir()
	if err != nil {
		return err
	}
	path := filepath.Clean(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(cwd, path)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil // reading it will say so
	}
	for _, top := range topsAbove(path, cwd) {
		if in, err := filepath.EvalSymlinks(top); err != nil || !Contains(in, real) {
			return fmt.Errorf("%s: a symbolic link leads out of the checkout %s; name its target", dupcheck.Quote(name), dupcheck.Quote(top))
		}
	}
	return nil
}

// topsAbove are the tops of all checkouts that an absolute path is in by its
// name, or else the working directory if it is in that.
func topsAbove(name, cwd string) (tops []string) {
	for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			tops = append(tops, dir)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if len(tops) == 0 && cwd != filepath.Dir(cwd) && Contains(cwd, name) {
		return []string{cwd}
	}
	return tops
}

// Contains says whether an absolute path is a directory or something below it.
func Contains(dir, path string) bool {
	rest, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rest)
}

// Rest returns what is left of a path below a directory, and false if it is not there.
func Rest(p, dir string) (string, bool) {
	switch {
	case p == dir:
		return "", true
	case dir == ".":
		return p, !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
	case dir == "/":
		return strings.TrimPrefix(p, "/"), path.IsAbs(p)
	}
	return strings.CutPrefix(p, dir+"/")
}

// RealPath returns the absolute path of a file without links. The file need not be
// there.
func RealPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) && abs != filepath.Dir(abs) {
		above, err := RealPath(filepath.Dir(abs))
		return filepath.Join(above, filepath.Base(abs)), err
	}
	return real, err
}

// NamesOf returns the names that a directory has below those of some arguments that
// contain it. itself is the argument that is the directory, if one is.
func NamesOf(dir string, args []string) (names []string, itself string, err error) {
	place, err := RealPath(dir)
	if err != nil {
		return nil, "", err
	}
	for _, arg := range args {
		real, err := RealPath(arg)
		info, missing := os.Stat(arg)
		if arg == "-" || err != nil || missing != nil || !info.IsDir() {
			continue // reading it shows its type
		}
		if IsSame(real, place) {
			return nil, arg, nil
		}
		if below, ok := Rest(filepath.ToSlash(place), filepath.ToSlash(real)); ok {
			names = append(names, path.Join(filepath.ToSlash(filepath.Clean(arg)), below))
		}
	}
	return names, "", nil
}

// IsSame says whether two paths are one directory, also where case does not
// count.
func IsSame(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return a == b
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
