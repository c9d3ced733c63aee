package impact

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// plainURL is an address that Markdown needs no escapes for.
var plainURL = regexp.MustCompile(`^https?://[A-Za-z0-9._~:%-]+(/[A-Za-z0-9._~%-]+)*/?$`)

// link returns the address of a place, or "" if there is none.
func (v view) link(at dupcheck.Position) string {
	if !plainURL.MatchString(v.options.FileURL) || !relative(at.File) {
		return ""
	}
	parts := strings.Split(path.Clean(at.File), "/")
	for i, s := range parts {
		parts[i] = url.PathEscape(s)
	}
	address := strings.TrimSuffix(v.options.FileURL, "/") + "/" + strings.Join(parts, "/")
	if at.Line > 0 {
		address += "#L" + strconv.Itoa(at.Line)
	}
	return address
}

// relative says whether a file is one below the working directory.
func relative(file string) bool {
	clean := path.Clean(file)
	return file != "" && clean != "." && !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../")
}

// reference is a place in Markdown: a link if the file is at head.
func (v view) reference(at dupcheck.Position, head bool) string {
	shown := report.At(at)
	if shown == "" {
		return ""
	}
	if address := v.link(at); head && address != "" {
		return "[" + code(shown) + "](" + address + ")"
	}
	return code(shown)
}

// Place returns the place of a finding in Markdown. Objects that a deployer loses are at
// base, and so is everything of a deleted deployer.
func (d *detail) Place(f Finding) string {
	return d.view.reference(f.At, d.Kind == Changed && !f.isAt(d.Removed))
}

// isAt reports whether a finding is at the place of an object that its deployer loses.
func (f Finding) isAt(removed []RemovedObject) bool {
	return f.Rule != NewlyShared && slices.ContainsFunc(removed, func(r RemovedObject) bool { return r.At == f.At })
}

// place is the place of a finding about no deployer in Markdown. Of those only the
// deployers that are declared more than once are at base.
func (v view) place(f Finding) string {
	return v.reference(f.At, f.Rule != deploy.ApplicationCollision)
}
