package vendored

import (
	"cmp"
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

const prologue = `#!/bin/sh
# Fills a directory with what manifests need from elsewhere. Written by "kuniq vendor
# --script"; run it where you trust the network: sh SCRIPT DIR. It keeps all that is there
# already, unless REFRESH is set. HELM_PULL_FLAGS and FLUX_PULL_FLAGS are further flags.
set -u
: "${1:?name the directory to fill}"
mkdir -p -- "$1" && cd -- "$1" || exit 1
GIT_ALLOW_PROTOCOL=https:http:ssh:git GIT_TERMINAL_PROMPT=0
export GIT_ALLOW_PROTOCOL GIT_TERMINAL_PROMPT
failed=0

there() { [ -z "${REFRESH-}" ] && [ -e "$1" ]; }
begin() { rm -rf -- "$1.new" && mkdir -p -- "$1.new"; }
finish() { rm -rf -- "$1" && mv -- "$1.new" "$1"; }

chart() { # PLACE URL FLAG...
	there "$1" && return
	place=$1 && shift && echo "helm pull $*" >&2
	# shellcheck disable=SC2086
	begin "$place" && helm pull ${HELM_PULL_FLAGS-} --destination "$place.new" "$@" && finish "$place"
}

repository() { # PLACE URL
	if there "$1"; then
		echo "git fetch $2" >&2
		git -C "$1" fetch --quiet --force --tags -- "$2" '+refs/heads/*:refs/heads/*'
	else
		echo "git clone $2" >&2
		begin "$1" && git clone --quiet --bare -- "$2" "$1.new" && finish "$1"
	fi
}

commit() { # PLACE URL HASH
	git -C "$1" cat-file -e "$3^{commit}" 2>/dev/null || git -C "$1" fetch --quiet -- "$2" "$3"
}

ref() { # PLACE URL REF
	git -C "$1" fetch --quiet --force -- "$2" "$3:$3"
}

artifact() { # PLACE URL
	there "$1" && return
	echo "flux pull artifact $2" >&2
	# shellcheck disable=SC2086
	begin "$1" && flux pull artifact ${FLUX_PULL_FLAGS-} "$2" --output "$1.new" && finish "$1"
}

file() { # PLACE URL
	there "$1" && return
	echo "curl $2" >&2
	mkdir -p -- "${1%/*}" &&
		curl --fail --silent --show-error --location --globoff --proto '=http,https' --output "$1.new" --url "$2" && finish "$1"
}

`

const epilogue = `
[ "$failed" = 0 ] || echo 'something was not fetched' >&2
exit "$failed"
`

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
