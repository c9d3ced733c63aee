package checkout

import (
	"net"
	"slices"
	"strings"
)

// Location is the place of a repository in a URL, without the parts that only say how to
// get there: scheme, user, password, the usual ports, and a slash or ".git" at the end.
type Location struct {
	// Host is in lower case, with its port unless that is a usual one. It is empty for a
	// path of this machine.
	Host string
	Path string
}

// usualPorts are those of ssh, http and https.
var usualPorts = []string{"22", "80", "443"}

// Locate reads a URL, also the short form of ssh: USER@HOST:PATH. It accepts any
// text.
func Locate(url string) (l Location) {
	url = strings.TrimSpace(url)
	_, rest, schemed := strings.Cut(url, "://")
	if !schemed {
		host, path, short := strings.Cut(url, ":")
		if !short || path == "" || strings.Contains(host, "/") {
			return Location{Path: trimmed(url)}
		}
		rest = host + "/" + path
	}
	host, path, _ := strings.Cut(rest, "/")
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	if name, port, err := net.SplitHostPort(host); err == nil && slices.Contains(usualPorts, port) {
		host = name
	}
	return Location{host, trimmed(path)}
}

func trimmed(path string) string { return strings.TrimSuffix(strings.Trim(path, "/"), ".git") }

// String returns HOST/PATH.
func (l Location) String() string { return l.Host + "/" + l.Path }

// Fold returns a location that is equal for all URLs of one repository: without any port,
// and in lower case. People clone a repository in several ways, and no two repositories
// differ only in these.
func (l Location) Fold() Location {
	if name, _, err := net.SplitHostPort(l.Host); err == nil {
		l.Host = name
	}
	return Location{l.Host, strings.ToLower(l.Path)}
}

// WithoutPassword removes the user and password of a URL. A user alone is no secret to
// ssh, and stays.
func WithoutPassword(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	authority, path, below := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if !ok || at < 0 || scheme == "ssh" && !strings.Contains(authority[:at], ":") {
		return url
	}
	url = scheme + "://" + authority[at+1:]
	if below {
		url += "/" + path
	}
	return url
}
