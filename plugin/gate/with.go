package gate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/jsonnet"
)

// renderOptions are the options that renderers get.
type renderOptions struct {
	helm      string
	vendored  render.Vendored
	values    []*valuesFile
	libraries []library
	variables []render.Variable
}

// valuesFile is one of Policy.HelmValues.
type valuesFile struct {
	name, real string
	used       bool
}

// library is one of Options.Libraries.
type library struct {
	name, real string
	fsys       fs.FS
	alias      string // the name of the directory if it is in no checkout
}

// withOptions reads the files that the options name.
func withOptions(o Options) (renderOptions, error) {
	w := renderOptions{helm: o.Helm, vendored: o.Vendored, variables: o.Variables}
	for _, name := range o.Policy.HelmValues {
		if name == "" {
			return w, &policy.OptionError{Option: "helm-values", Err: errors.New("a file has no name")}
		}
		v := &valuesFile{name: name}
		if real, err := filepath.EvalSymlinks(name); err == nil {
			if v.real, err = filepath.Abs(real); err != nil {
				return w, err
			}
		}
		w.values = append(w.values, v)
	}
	for i, name := range o.Libraries {
		l, err := openLibrary(name, i)
		if err != nil {
			return w, err
		}
		w.libraries = append(w.libraries, l)
	}
	return w, nil
}

// openLibrary opens a directory for imports.
func openLibrary(name string, i int) (library, error) {
	l := library{name: name, alias: ".kuniq-library/" + strconv.Itoa(i)}
	if err := checkout.Stays(name); err != nil {
		return l, err
	}
	real, err := filepath.EvalSymlinks(name)
	if err == nil {
		l.real, err = filepath.Abs(real)
	}
	var root *os.Root
	if err == nil {
		root, err = checkout.OpenRoot(l.real)
	}
	if err != nil {
		return l, fmt.Errorf("a directory of libraries: %w", err)
	}
	l.fsys = root.FS()
	return l, nil
}

// part adds the options of its renderer to a target.
func (w *renderOptions) part(c *repository, part render.Target) render.Target {
	part.Vendored = w.vendored
	switch part.Kind {
	case checkout.Kustomization:
		part.Helm.Command = w.helm
	case checkout.Chart:
		part.Helm.Command, part.Helm.Release = w.helm, releaseOf(c, part.Dir)
		for _, v := range w.values {
			if file := v.in(c, part.Dir); file != "" {
				part.Helm.Values = append(part.Helm.Values, file)
				v.used = true
			}
		}
	case checkout.Environment, checkout.Program:
		part.Jsonnet.Variables = slices.Clone(w.variables)
		if part.Kind == checkout.Program {
			part.Jsonnet.Libraries = jsonnet.BundlesOf(c.tree.FS(), part.Dir)
		}
		for _, l := range w.libraries {
			part.Jsonnet.Libraries = append(part.Jsonnet.Libraries, l.in(c))
		}
	}
	return part
}

// releaseOf returns the name of the release for a chart: that of its directory, if a
// release may have that name.
func releaseOf(c *repository, dir string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, filepath.Base(filepath.Join(c.top, filepath.FromSlash(dir))))
	if name = strings.Trim(name, "-"); len(name) > 53 || name == "" {
		return ""
	}
	return name
}

// in returns the path of the file in the checkout, or "" if it is not for the chart. It
// is for the chart if it is in the chart's directory, by its name or by the path that was
// given, or if it is in no chart's directory.
func (v *valuesFile) in(c *repository, dir string) string {
	beside := path.Join(dir, filepath.ToSlash(v.name))
	if info, err := c.root.Lstat(filepath.FromSlash(beside)); fs.ValidPath(beside) && err == nil && info.Mode().IsRegular() {
		return beside
	}
	if v.real == "" {
		return ""
	}
	at, below := checkout.Rest(filepath.ToSlash(v.real), filepath.ToSlash(c.top))
	if !below {
		return ""
	}
	if _, err := c.root.Lstat(filepath.FromSlash(path.Join(path.Dir(at), manifest.ChartFile))); err == nil && path.Dir(at) != dir {
		return ""
	}
	return at
}

// in returns the library as a program of a checkout sees it.
func (l library) in(c *repository) render.Library {
	if at, below := checkout.Rest(filepath.ToSlash(l.real), filepath.ToSlash(c.top)); below {
		return render.Library{Dir: path.Clean(at)}
	}
	return render.Library{Dir: l.alias, FS: l.fsys}
}

// display returns the name that positions have for a file of a job.
func (w *renderOptions) display(root *target, file string) string {
	if job.IsElsewhere(file) {
		return job.Shown(file)
	}
	for _, l := range w.libraries {
		if below, ok := strings.CutPrefix(file, l.alias+"/"); ok {
			return path.Join(filepath.ToSlash(l.name), below)
		}
	}
	return root.display(file)
}

// shown returns a reason with the files of a target as positions have them.
func (w *renderOptions) shown(root *target, why checkout.Reason) string {
	return why.Shown(func(file string) string { return w.display(root, file) })
}
