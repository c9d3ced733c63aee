package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// File is the name of the policy, which is read in the working directory.
const File = "kuniq.yaml"

// maxBaseline is more than report.ReadBaseline takes.
const maxBaseline = 65 << 20

// ErrAbsent says that there is no policy, or no baseline.
var ErrAbsent = errors.New("there is no such file")

// Source is where the policy and the baseline are read: the working directory, or
// a git revision of it. The zero value is the working directory.
type Source struct {
	Revision *revision.Revision
	// Rules is the table of rules that a policy may name beside those of a check.
	Rules dupcheck.RuleTable
}

// Policy reads a policy, by default that of File. The error is ErrAbsent if there is
// none, and an *InvalidError for a meaningless policy. A file that the user named may be
// anywhere; others must not lead out of the working directory.
func (s Source) Policy(ctx context.Context, file string) (Policy, error) {
	name := file
	if name == "" {
		name = File
	}
	data, err := s.read(ctx, name, MaxSize, file != "")
	if err != nil {
		return Policy{}, err
	}
	p, err := Parse(data)
	if err == nil {
		err = p.validate(s.Rules, file != "" || s.Revision != nil)
	}
	if err != nil {
		return p, &InvalidError{s.Name(name), withLine(err, data)}
	}
	for i := range p.AllowUnresolved {
		p.AllowUnresolved[i].ofRevision = s.Revision != nil
	}
	for i := range p.Roots {
		if err := s.readRoot(ctx, name, &p.Roots[i]); err != nil {
			return p, err
		}
	}
	return p, nil
}

// readRoot reads the file of a root, if it has one.
func (s Source) readRoot(ctx context.Context, policy string, r *Root) error {
	if r.Place = policy; r.File == "" {
		return nil
	}
	data, err := s.read(ctx, r.File, MaxSize, false)
	switch {
	case errors.Is(err, ErrAbsent):
		return &InvalidError{s.Name(policy), fmt.Errorf("line %d: there is no file %s", r.line, s.Name(r.File))}
	case err != nil:
		return err
	}
	r.Place, r.Text = r.File, string(data)
	if err := r.deploys(); err != nil {
		return &InvalidError{s.Name(policy), err}
	}
	return nil
}

// Above returns the path of a policy that stands in a directory above the working
// directory and inside of its repository, or "". It does not apply, because its
// paths begin elsewhere.
func Above() (found string) {
	dir, err := os.Getwd()
	for top := checkout.Top(dir); err == nil && dir != top; {
		dir = filepath.Dir(dir)
		if _, missing := os.Lstat(filepath.Join(dir, File)); missing == nil {
			found = filepath.Join(dir, File)
		}
	}
	return found
}

// InvalidError says that the content of a file is invalid.
type InvalidError struct {
	// File is the name of the file, quoted if necessary.
	File string
	Err  error
}

// Error names the file and its fault.
func (e *InvalidError) Error() string { return e.File + ": " + e.Err.Error() }

// Unwrap returns the fault of the file.
func (e *InvalidError) Unwrap() error { return e.Err }

// validate refuses the same values as the flags.
//
// trusted says that the user chose the policy. Otherwise it is only present, and may come
// from an untrusted change.
func (p Policy) validate(table dupcheck.RuleTable, trusted bool) error {
	if _, _, err := p.Rules(table); err != nil {
		return err
	}
	if p.Baseline != "" && !filepath.IsLocal(p.Baseline) {
		return wrong("baseline", "the file must be below the working directory")
	}
	for url, dir := range p.Repos {
		switch {
		case url == "" || dir == "":
			return wrong("repos", "an entry has no URL, or no directory")
		case !trusted && !filepath.IsLocal(dir):
			return outside("repos", dir)
		}
	}
	if p.Vendor != "" && !trusted && !filepath.IsLocal(p.Vendor) {
		return outside("vendor", p.Vendor)
	}
	if err := p.stays(); err != nil {
		return err
	}
	for i, c := range p.Clusters {
		if slices.ContainsFunc(p.Clusters[:i], func(o Cluster) bool { return o.Name == c.Name && (o.Set == c.Set || o.Set == "" || c.Set == "") }) {
			return wrong("clusters", "two are called "+dupcheck.QuoteAlways(c.Name))
		}
	}
	if len(p.Namespaces) > 0 && len(p.Set) == 0 {
		return wrong("namespaces", "there is no set")
	}
	paths, err := p.Paths()
	if err == nil {
		_, err = p.Allowances(paths)
	}
	return err
}

func outside(field, dir string) error {
	return wrong(field, "the directory "+dupcheck.QuoteAlways(dir)+" has to be below the working directory, unless the policy is named or taken from a revision")
}

// wrong is an error about a field.
func wrong(field, reason string) error { return &OptionError{Option: field, Err: errors.New(reason)} }

// withLine puts the line of the field in front of an error about one.
func withLine(err error, data []byte) error {
	var option *OptionError
	root, broken := document(data)
	if broken != nil || root == nil || !errors.As(err, &option) {
		return err
	}
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == option.Option {
			return fmt.Errorf("line %d: %w", root.Content[i].Line, err)
		}
	}
	return err
}

// stays refuses directories that lead out of the working directory through links.
func (p Policy) stays() error {
	for _, url := range slices.Sorted(maps.Keys(p.Repos)) {
		if _, err := p.RepoDir(url); err != nil {
			return err
		}
	}
	_, err := p.VendorDir()
	return err
}

// RepoDir returns the directory of a repository of Repos. One with a name below the
// working directory must not lead out of it.
func (p Policy) RepoDir(url string) (string, error) { return staying("repos", p.Repos[url]) }

// VendorDir returns Vendor as RepoDir does.
func (p Policy) VendorDir() (string, error) { return staying("vendor", p.Vendor) }

func staying(field, dir string) (string, error) {
	dir = filepath.FromSlash(dir)
	if !filepath.IsLocal(dir) {
		return dir, nil
	}
	cwd, err := checkout.WorkingDir()
	if err != nil {
		return dir, err
	}
	if real, err := checkout.RealPath(dir); err != nil || !checkout.Contains(cwd, real) {
		return dir, &OptionError{Option: field, Value: dir, Reason: "leads out of the working directory"}
	}
	return dir, nil
}

// Baseline reads a baseline. The error is ErrAbsent if there is none, and an
// *InvalidError if the file is none. trusted says that the user named the file, and not a
// policy.
func (s Source) Baseline(ctx context.Context, file string, trusted bool) (dupcheck.Baseline, error) {
	data, err := s.read(ctx, file, maxBaseline, trusted)
	if err != nil {
		return nil, err
	}
	b, err := report.ReadBaseline(bytes.NewReader(data))
	if err != nil {
		return nil, &InvalidError{s.Name(file), err}
	}
	return b, nil
}

// read returns the content of a file.
func (s Source) read(ctx context.Context, name string, most int, trusted bool) ([]byte, error) {
	var data []byte
	var err error
	if s.Revision != nil {
		data, err = s.Revision.ReadFile(ctx, name, most)
	} else {
		data, err = checkout.ReadRegular(name, most, trusted)
	}
	switch {
	case errors.Is(err, os.ErrNotExist) || errors.Is(err, revision.ErrAbsent):
		return nil, ErrAbsent
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.Name(name), err)
	}
	return data, nil
}

// Name returns the name of a file in messages.
func (s Source) Name(file string) string {
	if s.Revision != nil {
		return dupcheck.Quote(file) + " of " + dupcheck.QuoteAlways(s.Revision.Name())
	}
	return dupcheck.Quote(file)
}
