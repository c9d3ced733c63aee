package impact

import (
	"bytes"
	"io/fs"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// removedFrom counts the objects of files at base that are in none at head. It
// is not known if something else than manifests lost lines.
func removedFrom(base, head fs.FS) (count int, known bool) {
	known = true
	left := map[dupcheck.ID]int{}
	add := func(name string, data []byte, by int) {
		for o, err := range manifest.Parse(name, data) {
			if err == nil {
				left[dupcheck.ID{Group: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}] += by
			}
		}
	}
	compare := func(a, b fs.FS, name string, by int) error {
		old, err := fs.ReadFile(a, name)
		if err != nil {
			return err
		}
		now, _ := fs.ReadFile(b, name)
		switch {
		case bytes.Equal(old, now):
		case manifest.HasExtension(name):
			add(name, old, by)
		case by > 0 && !onlyAdds(old, now):
			known = false
		}
		return nil
	}
	walk := func(a, b fs.FS, by int) {
		err := fs.WalkDir(a, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && path.Base(name) == ".git":
				return fs.SkipDir
			case !entry.Type().IsRegular():
				return nil
			}
			return compare(a, b, name, by)
		})
		known = known && err == nil
	}
	walk(base, head, 1)
	walk(head, base, -1)
	for _, n := range left {
		count += max(0, n)
	}
	return count, known
}

// onlyAdds reports whether all lines of a file are still there, in their order.
func onlyAdds(old, now []byte) bool {
	rest := bytes.Split(now, []byte("\n"))
	for line := range bytes.SplitSeq(old, []byte("\n")) {
		i := slices.IndexFunc(rest, func(l []byte) bool { return bytes.Equal(l, line) })
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}
