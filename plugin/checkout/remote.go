package checkout

import (
	"net/url"
	"regexp"
	"strings"
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
