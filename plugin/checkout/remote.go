package checkout

import (
	"cmp"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

var userAtHost = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)

// IsRemote says whether kustomize might take a path for something to be
// fetched. It is true for more than what kustomize fetches (v5.8.2,
// api/internal/git/repospec.go NewRepoSpecFromURL and
// api/internal/loader/fileloader.go IsRemoteFile), and never for less.
func IsRemote(raw string) bool {
	lower := strings.ToLower(raw)
	if strings.Contains(lower, "://") || strings.HasPrefix(lower, "git::") || strings.HasPrefix(lower, "github.com/") ||
		strings.HasPrefix(lower, "github.com:") || userAtHost.MatchString(raw) {
		return true
	}
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// RemoteBase is the directory of a git repository that a kustomization names.
type RemoteBase struct {
	// URL is that of the repository, Ref a name of the commit, empty for the default
	// branch, and Dir the directory in it.
	URL, Ref, Dir string
}

// ParseRemoteBase reads what kustomize fetches with git (kustomize v5.8.2,
// api/internal/git/repospec.go, NewRepoSpecFromURL). It is false for all else.
func ParseRemoteBase(raw string) (b RemoteBase, ok bool) {
	text, query, _ := strings.Cut(raw, "?")
	if values, err := url.ParseQuery(query); err == nil {
		b.Ref = cmp.Or(values.Get("ref"), values.Get("version"))
	}
	if strings.HasPrefix(strings.ToLower(text), forcedGit) {
		text = text[len(forcedGit):]
	}
	host, rest, ok := cutHost(text)
	if !ok {
		return b, false
	}
	repo, dir, ok := cutRepository(rest, host == "file://")
	b.URL, b.Dir = host+repo, path.Clean(strings.TrimPrefix(dir, "/"))
	return b, ok && repo != "" && fs.ValidPath(b.Dir)
}

const forcedGit = "git::"

// schemes are those that kustomize hands to git.
var schemes = []string{"ssh://", "https://", "http://", "file://"}

// cutHost cuts a URL behind its host.
func cutHost(text string) (host, rest string, ok bool) {
	scheme := ""
	for _, s := range schemes {
		if len(text) >= len(s) && strings.EqualFold(text[:len(s)], s) {
			scheme, text = s, text[len(s):]
		}
	}
	if scheme == "file://" {
		return scheme, text, true
	}
	user := userAtHost.FindString(text)
	text = text[len(user):]
	lower := strings.ToLower(text)
	github := strings.HasPrefix(lower, "github.com/") || strings.HasPrefix(lower, "github.com:")
	short := scheme == "" && (user != "" || github) // USER@HOST:PATH
	if scheme == "" && !short {
		return "", "", false
	}
	end := strings.IndexByte(text, '/')
	if colon := strings.IndexByte(text, ':'); short && (end < 0 || colon > 0 && colon < end) {
		end = colon
	}
	host, rest = text[:end+1], text[end+1:]
	switch {
	case github && (scheme == "ssh://" || user != ""):
		return user + "github.com:", rest, true
	case github:
		return "https://github.com/", rest, true
	}
	return scheme + user + host, rest, host != ""
}

// cutRepository cuts a path after the name of its repository: at a marker, or else after
// two names, as on GitHub.
func cutRepository(text string, whole bool) (repo, dir string, ok bool) {
	const marker, suffix = "_git/", ".git"
	if i := strings.Index(text, marker); i >= 0 {
		name, dir, _ := strings.Cut(text[i+len(marker):], "/")
		return text[:i+len(marker)] + name, dir, true
	}
	if repo, dir, ok := strings.Cut(text, "//"); ok {
		return repo, dir, true
	}
	if i := strings.Index(text, suffix); i >= 0 {
		return text[:i+len(suffix)], text[i+len(suffix):], true
	}
	if whole {
		return text, "", true
	}
	owner, rest, ok := strings.Cut(text, "/")
	name, dir, _ := strings.Cut(rest, "/")
	return owner + "/" + name, dir, ok
}

// hostsOfGit are those whose pages are no files.
var hostsOfGit = regexp.MustCompile(`^https?://(?:github\.com|gitlab\.com|bitbucket\.org)/`)

// IsRemoteFile says whether kustomize gets a file with HTTP from a URL: it tries that
// first with all URLs of HTTP. A page of a repository is none.
func IsRemoteFile(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if manifest.HasExtension(u.Path) {
		return true
	}
	isGit := hostsOfGit.MatchString(raw) || u.Query().Has("ref") || u.Query().Has("version")
	for _, marker := range []string{"_git/", "//", ".git"} {
		isGit = isGit || strings.Contains(u.Path, marker)
	}
	return !isGit
}
