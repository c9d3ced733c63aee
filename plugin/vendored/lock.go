package vendored

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// LockFile is the name of the lock in a vendor directory.
const LockFile = "kuniq-vendor.lock"

// mostLock is the size limit of a lock.
const mostLock = 16 << 20

// Entry is a line of the lock: a need and the content that meets it.
type Entry struct {
	Need
	// Path is its path in the directory, with slashes.
	Path string `json:"path"`
	// Resolved is the version of a chart or the commit of a repository.
	Resolved string `json:"resolved,omitempty"`
	// SHA256 is the digest of a file as hex digits, or of the names and contents of
	// all files of a tree.
	SHA256 string `json:"sha256"`
	// Fetched is the day of its first entry in the lock, as YYYY-MM-DD.
	Fetched string `json:"fetched"`
}

// Meets reports whether the version in an entry may be the requested one, as far as the two
// show it. A branch may be any commit.
func (e Entry) Meets(n Need) bool {
	switch {
	case n.Kind == Git && revision.IsHash(n.Version):
		return e.Resolved == n.Version
	case n.Kind != Chart || n.Version == "" || strings.HasPrefix(n.Version, "sha256:"):
		return true
	}
	resolved, err := semver.NewVersion(e.Resolved)
	if err != nil {
		return e.Resolved == n.Version
	}
	if exact, err := semver.StrictNewVersion(strings.TrimPrefix(n.Version, "v")); err == nil {
		return exact.Equal(resolved) && (exact.Metadata() == "" || exact.Metadata() == resolved.Metadata())
	}
	within, err := semver.NewConstraint(n.Version) // helm takes 1.2 for one, too
	return err == nil && within.Check(resolved)
}

// lockVersion is the version of the format of the lock.
const lockVersion = 1

// parseLock parses a lock. It refuses one that has two entries for one need.
func parseLock(text []byte) (entries []Entry, err error) {
	var file struct {
		Version int     `json:"version"`
		Entries []Entry `json:"entries"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, errors.New("it is not valid JSON of a lock")
	}
	if file.Version != lockVersion {
		return nil, fmt.Errorf("its version is %d, and not %d", file.Version, lockVersion)
	}
	seen := map[Need]bool{}
	for _, e := range file.Entries {
		key := e.normal()
		switch {
		case seen[key]:
			return nil, fmt.Errorf("it has %s twice", e.Need)
		case !fs.ValidPath(e.Path) || e.Path != e.Place() && !strings.HasPrefix(e.Path, e.Place()+"/"):
			return nil, fmt.Errorf("its path of %s is not the one of this need", e.Need)
		}
		seen[key] = true
	}
	return file.Entries, nil
}

// formatLock writes entries, one a line, in an order that does not depend on the order in
// which they were found.
func formatLock(entries []Entry) []byte {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version), strings.Compare(string(a.Select), string(b.Select)))
	})
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"version\": %d, \"entries\": [", lockVersion)
	for i, e := range entries {
		if i > 0 {
			out.WriteByte(',')
		}
		e.URL = checkout.WithoutPassword(e.URL)
		line, err := json.Marshal(e)
		if err != nil {
			panic(err) // it has nothing but strings
		}
		out.WriteString("\n" + string(line))
	}
	out.WriteString("\n]}\n")
	return out.Bytes()
}
