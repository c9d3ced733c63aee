package gate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/rootfs"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// repository is a checkout and the directories in it that are checked. Nothing
// outside of it is rendered.
type repository struct {
	top  string
	root *os.Root
	fsys *checkout.CachingFS // the files of root
	dirs []checkedDir
	tree *checkout.Tree
	left map[string]bool // files that are left to a visitor, by their paths from the top
}

// mostInputs limits the bytes of cached files, which several targets may read.
const mostInputs = 16 << 20

// checkedDir is a directory that was given as an argument, or a jsonnet program.
type checkedDir struct {
	name string // as in positions
	at   string // from the top of the checkout, with slashes
}

// Renders says whether a check of the arguments may render anything: whether one of
// them is a directory or a jsonnet program. If none is, the options of renderers
// have no effect.
func Renders(args []string) bool { return slices.ContainsFunc(args, renders) }

// renders says whether an argument is a directory or a jsonnet program.
func renders(arg string) bool {
	info, err := os.Stat(arg)
	return arg != "-" && err == nil && (info.IsDir() || manifest.IsProgram(arg))
}

// repositories sorts the directories among the arguments by their checkouts.
func repositories(args []string) ([]*repository, error) {
	var all []*repository
	byTop := map[string]*repository{}
	for _, arg := range args {
		if !renders(arg) {
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
		if manifest.IsProgram(arg) {
			if err := checkout.Stays(arg); err != nil {
				return nil, err
			}
			dir = filepath.Dir(real)
		}
		top := checkout.Top(dir)
		if byTop[top] == nil {
			root, err := os.OpenRoot(top)
			if err != nil {
				return nil, err
			}
			tree := checkout.NewCachingFS(rootfs.FS(root))
			tree.Most = mostInputs
			byTop[top] = &repository{top: top, root: root, fsys: tree}
			all = append(all, byTop[top])
		}
		at, err := filepath.Rel(top, real)
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Clean(arg)), "./")
		byTop[top].dirs = append(byTop[top].dirs, checkedDir{name, filepath.ToSlash(at)})
	}
	return all, nil
}

// display returns the name that positions have for a path of the checkout.
func (c *repository) display(p string) string {
	dir := c.dirs[0]
	for _, d := range c.dirs {
		if _, below := checkout.Rest(p, d.at); below {
			dir = d
			break
		}
	}
	return checkout.Reached{Dir: dir.name, Below: dir.at}.File(p)
}
