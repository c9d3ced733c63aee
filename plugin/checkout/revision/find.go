package revision

import (
	"errors"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// shortHash is a hash that may be cut short.
var shortHash = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// IsHash says whether a text is the whole hash of a commit.
func IsHash(text string) bool {
	const whole = 40
	return len(text) == whole && shortHash.MatchString(text)
}

// Find returns what a targetRevision means, as Argo CD understands it: a hash that
// may be short, a tag, a branch, or a range of versions, of which the highest tag
// counts (argo-cd v3.6 util/git/client.go, lsRemote, and util/versions). The error
// says why that is not known.
func (r Refs) Find(revision string) (commit string, err error) {
	if _, err := semver.NewVersion(revision); err != nil {
		if within, err := semver.NewConstraint(revision); err == nil {
			if r.Shallow {
				return "", errors.New("it is a range of versions, and this clone is shallow and may lack tags (in CI: fetch-depth: 0)")
			}
			if tag, ok := highest(r.Tags, within); ok {
				return r.Tags[tag], nil
			}
		}
	}
	return r.Named(revision)
}

// Named returns what a name means: a hash that may be short, a tag or a branch. The
// error says why that is not known.
func (r Refs) Named(revision string) (commit string, err error) {
	if IsHash(revision) {
		return revision, nil
	}
	tag, isTag := r.named(r.Tags, "refs/tags/", revision)
	branch, isBranch := r.named(r.Branches, "refs/heads/", revision)
	switch {
	case isTag && isBranch && tag != branch:
		return "", errors.New("it is both a tag and a branch, and either may be used")
	case isTag:
		return tag, nil
	case isBranch:
		return branch, nil
	case shortHash.MatchString(revision):
		return revision, nil
	}
	return "", errors.New("this clone has no tag and no branch of that name (git fetch --tags; in CI: fetch-depth: 0)")
}

// Newest returns the commit of the tag with the highest version within a range, as
// Flux understands one (fluxcd/pkg git/gogit, cloneSemVer). The error says why there
// is none.
func (r Refs) Newest(versions string) (commit string, err error) {
	within, err := semver.NewConstraint(versions)
	if err != nil {
		return "", errors.New("it is not a range of versions")
	}
	tag, ok := highest(r.Tags, within)
	if !ok {
		return "", errors.New("no tag is within it")
	}
	return r.Tags[tag], nil
}

// named looks for a short name or the full one of a ref.
func (r Refs) named(refs map[string]string, prefix, revision string) (commit string, ok bool) {
	if commit, ok = refs[revision]; ok {
		return commit, true
	}
	short, whole := strings.CutPrefix(revision, prefix)
	commit, ok = refs[short]
	return commit, ok && whole
}

// highest is the tag of the highest version that is within a range.
func highest(tags map[string]string, within *semver.Constraints) (best string, ok bool) {
	var most *semver.Version
	for tag := range tags {
		v, err := semver.NewVersion(tag)
		if err != nil || !within.Check(v) {
			continue
		}
		if most == nil || v.GreaterThan(most) || v.Equal(most) && tag < best {
			most, best = v, tag
		}
	}
	return best, most != nil
}
