package vendored

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// Script returns a POSIX shell script that fills a vendor directory with the tools' own
// commands: helm, git, flux and curl. Text of a need appears in a command only as one quoted
// argument that is no option. A need without a command is among the refused, with the
// reason.
func Script(needs []Need) (script string, refused []error) {
	var out strings.Builder
	out.WriteString(prologue)
	seen := map[string]bool{}
	for _, n := range needs {
		lines, err := commands(n)
		if err != nil {
			err = checkout.Errorf(checkout.Refused, "%s is not fetched: %s", n, err)
			refused = append(refused, err)
			fmt.Fprintf(&out, "# %s\n", dupcheck.Quote(err.Error()))
		}
		for _, line := range lines {
			if !seen[line] {
				seen[line] = true
				out.WriteString(line + " || failed=1\n")
			}
		}
	}
	out.WriteString(epilogue)
	return out.String(), refused
}

// fill is the script around its commands.
//
//go:embed fill.sh
var fill string

var prologue, epilogue, _ = strings.Cut(fill, "# COMMANDS\n")

// The forms of texts that may be in a script.
var (
	plainURL   = regexp.MustCompile(`^[!-~]+$`)
	plainHost  = regexp.MustCompile(`^[A-Za-z0-9\[][A-Za-z0-9.:_\[\]-]*$`)
	plainName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	plainRange = regexp.MustCompile(`^[A-Za-z0-9.*xX^~<>=!|,+ -]+$`)
	plainTag   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]*$`)
	plainSHA   = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	shortSSH   = regexp.MustCompile(`^(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9~/][!-~]*$`)
)

// commands returns the lines of a script for a need.
func commands(n Need) (lines []string, err error) {
	url := checkout.WithoutPassword(n.URL)
	if err := checkURL(n.Kind, url); err != nil {
		return nil, err
	}
	at := n.Place()
	switch n.Kind {
	case Chart:
		return chartCommand(n, at, url)
	case Git:
		lines = append(lines, line("repository", at, url))
		switch {
		case revision.IsHash(n.Version):
			lines = append(lines, line("commit", at, url, n.Version))
		case isOtherRef(n.Version):
			lines = append(lines, line("ref", at, url, n.Version))
		}
		return lines, nil
	case Artifact:
		switch {
		case plainSHA.MatchString(n.Version):
			url += "@" + n.Version
		case n.Select != ByName:
			return nil, fmt.Errorf("flux pull artifact takes no range: name a tag or a digest, or pull a tag that is in it into %s and lock that", at)
		case n.Version == "" || plainTag.MatchString(n.Version):
			url += ":" + cmp.Or(n.Version, "latest")
		default:
			return nil, errors.New("its version is neither a tag nor a digest")
		}
		return []string{line("artifact", at, url)}, nil
	case File:
		return []string{line("file", at, url)}, nil
	}
	return nil, errors.New("its kind is not known")
}

func chartCommand(n Need, at, url string) ([]string, error) {
	if !plainName.MatchString(n.Name) {
		return nil, errors.New("its name is invalid")
	}
	args := []string{at}
	digest := ""
	switch {
	case plainSHA.MatchString(n.Version) && IsRegistry(url):
		digest = "@" + n.Version
	case n.Version != "" && !plainRange.MatchString(n.Version):
		return nil, errors.New("its version is neither a version nor a range")
	case n.Version != "":
		args = append(args, "--version="+n.Version)
	}
	if IsRegistry(url) {
		return []string{line("chart", append(args, strings.TrimRight(url, "/")+"/"+n.Name+digest)...)}, nil
	}
	return []string{line("chart", append(args, "--repo="+url, n.Name)...)}, nil
}

// schemes are the URL schemes that a script may pass to a tool.
var schemes = map[Kind][]string{
	Chart: {"https", "http", "oci"}, Artifact: {"oci"}, File: {"https", "http"}, Git: {"https", "http", "ssh", "git"},
}

// checkURL refuses URLs that a tool may take for an option, for a command, or for a file of
// the machine.
func checkURL(kind Kind, url string) error {
	scheme, rest, schemed := strings.Cut(url, "://")
	authority, _, _ := strings.Cut(rest, "/")
	user, host, named := strings.Cut(authority, "@")
	if !named {
		user, host = "", authority
	}
	switch {
	case !plainURL.MatchString(url):
		return errors.New("its URL has characters that no URL has")
	case kind == Git && !schemed && shortSSH.MatchString(url) && !strings.Contains(url, "::"):
		return nil
	case !schemed || !slices.Contains(schemes[kind], strings.ToLower(scheme)):
		return fmt.Errorf("its URL is none of %s", strings.Join(schemes[kind], ", "))
	case !plainHost.MatchString(host) || user != "" && !plainName.MatchString(user):
		return errors.New("its URL has no valid host")
	}
	return nil
}

// line is a command with quoted arguments.
func line(name string, args ...string) string {
	for _, arg := range args {
		name += " '" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
	}
	return name
}
