package cli

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// repository is a tree inside of which everything that is rendered has to be, and
// the directories in it that are checked.
type repository struct {
	top  string
	root *os.Root
	dirs []checkedDir
	tree *checkout.Tree
}

// checkedDir is a directory that was given as an argument, or a jsonnet program.
type checkedDir struct {
	name string // as positions have it
	at   string // from the top of the checkout, with slashes
}

// repositories sorts the directories among the arguments by their checkouts.
func repositories(args []string) ([]*repository, error) {
	var all []*repository
	byTop := map[string]*repository{}
	for _, arg := range args {
		if info, err := os.Stat(arg); arg == "-" || err != nil || !info.IsDir() && !isProgram(arg) {
			continue
		}
		real, err := filepath.EvalSymlinks(arg)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err != nil {
			continue // reading it will say so
		}
		dir := real
		if isProgram(arg) {
			if err := stays(arg); err != nil {
				return nil, err
			}
			dir = filepath.Dir(real)
		}
		top := topOf(dir)
		if byTop[top] == nil {
			root, err := os.OpenRoot(top)
			if err != nil {
				return nil, failf("%w", err)
			}
			byTop[top] = &repository{top: top, root: root}
			all = append(all, byTop[top])
		}
		at, err := filepath.Rel(top, real)
		if err != nil {
			return nil, failf("%w", err)
		}
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Clean(arg)), "./")
		byTop[top].dirs = append(byTop[top].dirs, checkedDir{name, filepath.ToSlash(at)})
	}
	return all, nil
}

// isProgram says whether an argument is a jsonnet program.
func isProgram(arg string) bool { return manifest.IsProgram(filepath.ToSlash(arg)) }

// topOf returns the top of the checkout that a directory is in: that of its git
// repository, or else the working directory if it is below that, or else the
// directory itself.
func topOf(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	cwd, err := os.Getwd()
	if err == nil {
		cwd, err = filepath.EvalSymlinks(cwd)
	}
	if err == nil && cwd != filepath.Dir(cwd) && strings.HasPrefix(dir, cwd+string(filepath.Separator)) {
		return cwd
	}
	return dir
}

// workingDir returns the working directory without symbolic links.
func workingDir() (string, error) {
	dir, err := os.Getwd()
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", failf("finding the working directory: %w", err)
	}
	return dir, nil
}

// stays refuses a name in a checkout if a symbolic link leads it out of there:
// the caller is trusted, and what is in the checkout is not.
func stays(name string) error {
	cwd, err := workingDir()
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
		if in, err := filepath.EvalSymlinks(top); err != nil || !contains(in, real) {
			return failf("%s: a symbolic link leads out of the checkout %s; name what it leads to", dupcheck.Quote(name), dupcheck.Quote(top))
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
	if len(tops) == 0 && cwd != filepath.Dir(cwd) && contains(cwd, name) {
		return []string{cwd}
	}
	return tops
}

// contains says whether a path is a directory or something below it.
func contains(dir, path string) bool {
	rest, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rest)
}

// display returns a path of the checkout as positions have it.
func (c *repository) display(p string) string {
	dir := c.dirs[0]
	for _, d := range c.dirs {
		if _, below := rest(p, d.at); below {
			dir = d
			break
		}
	}
	relative, err := filepath.Rel(filepath.FromSlash(dir.at), filepath.FromSlash(p))
	if err != nil {
		return p
	}
	return path.Join(dir.name, filepath.ToSlash(relative))
}

// rest returns what is left of a path below a directory.
func rest(p, dir string) (string, bool) {
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
