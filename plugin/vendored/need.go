package vendored

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Kind is a kind of content that a tree needs from elsewhere.
type Kind string

// The kinds of needs.
const (
	// Chart is a Helm chart of a repository. The URL is that of an HTTP repository, or of a
	// registry with oci:// in front. The name is separate.
	Chart Kind = "chart"
	// Git is a git repository at a revision.
	Git Kind = "git"
	// Artifact is an OCI artifact with files, at a tag or a digest.
	Artifact Kind = "artifact"
	// File is a file that a URL names.
	File Kind = "file"
)

// Select says how a version selects one of the available ones.
type Select string

// The ways to select.
const (
	// ByName takes the version literally. For a chart it may be a range.
	ByName Select = ""
	// Newest takes the newest tag within a range.
	Newest Select = "newest"
	// NewestOrName is Newest if the version is a range that contains some tag, and else
	// ByName, as Argo CD reads a targetRevision.
	NewestOrName Select = "newest-or-name"
)

// Need is one thing that a tree needs from elsewhere. The zero value is no need.
type Need struct {
	Kind Kind `json:"kind"`
	// URL is its URL, as written.
	URL string `json:"url"`
	// Name is the name of a chart.
	Name string `json:"name,omitempty"`
	// Version is the version or range of a chart, the revision of a repository, or the tag
	// or digest of an artifact. Empty means the newest version, the default branch, or the
	// tag latest.
	Version string `json:"version,omitempty"`
	Select  Select `json:"select,omitempty"`
}

// Request is a need and its origin.
type Request struct {
	Need
	// At is the file with the need. Target is the file of the target that has the need,
	// unless a deployer has it: that is By. Files are named from the top of the tree; those
	// of another one have its URL as their origin.
	At         dupcheck.Position
	Target, By string
}

// normal returns the need in a form for comparing, which does not depend on the spelling of
// its URL.
func (n Need) normal() Need {
	switch n.Kind {
	case Chart:
		n.URL = scheme(n.URL) + checkout.Locate(n.URL).String()
	case Git, Artifact:
		n.URL = checkout.Locate(n.URL).String()
	case File:
		n.URL = checkout.WithoutPassword(n.URL)
	}
	if n.Select == NewestOrName {
		if _, isRange := rangeOf(n.Version); !isRange {
			n.Select = ByName
		}
	}
	if n.Kind == Git && n.Version == "HEAD" {
		n.Version = ""
	}
	return n
}

const registry = "oci://"

// scheme distinguishes charts of registries from those of HTTP repositories.
func scheme(url string) string {
	if IsRegistry(url) {
		return registry
	}
	return "https://"
}

// IsRegistry reports whether a URL is that of a registry: oci://.
func IsRegistry(url string) bool { return strings.HasPrefix(strings.ToLower(url), registry) }

// Same reports whether one thing meets two needs: the URLs may be written differently.
func (n Need) Same(other Need) bool { return n.normal() == other.normal() }

// String describes the need without any password in its URL.
func (n Need) String() string {
	url := dupcheck.Quote(checkout.WithoutPassword(n.URL))
	var what, version string
	switch n.Kind {
	case Chart:
		what, version = "the chart "+dupcheck.Quote(n.Name)+" of ", " in its newest version"
	case Git:
		what, version = "the repository ", " at its default branch"
	case Artifact:
		what, version = "the artifact ", ""
	case File:
		what = "the file "
	}
	if n.Version != "" {
		version = " at " + dupcheck.Quote(n.Version)
	}
	return what + url + version
}

// rangeOf parses a text as a range of versions, as Argo CD, Flux and Helm do. A version is
// no range.
func rangeOf(version string) (*semver.Constraints, bool) {
	if _, err := semver.NewVersion(version); err == nil {
		return nil, false
	}
	within, err := semver.NewConstraint(version)
	return within, err == nil
}

// notInName matches characters that must not be in the name of a directory.
var notInName = regexp.MustCompile(`[^a-zA-Z0-9]+`)

// Place returns the place of a need in a vendor directory: the directory of a chart's
// archive or of an artifact, a git repository, or a file. It contains only letters and
// digits of the need as written. One repository has one place for all its revisions.
func (n Need) Place() string {
	const readable = 40
	n = n.normal()
	word := n.Name + " " + n.Version
	if n.Kind != Chart {
		word = n.URL[strings.LastIndexByte(strings.TrimRight(n.URL, "/"), '/')+1:]
	}
	if n.Kind == Git {
		n.Version, n.Select = "", ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{string(n.Kind), n.URL, n.Name, n.Version, string(n.Select)}))
	word = strings.Trim(notInName.ReplaceAllString(word, "-"), "-")
	return string(n.Kind) + "/" + strings.Trim(word[:min(len(word), readable)], "-") + "-" + hex.EncodeToString(sum[:8])
}
