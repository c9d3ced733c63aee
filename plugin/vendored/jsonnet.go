package vendored

import (
	"encoding/json"
	"path"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// The files in which jsonnet-bundler keeps what a directory imports.
const (
	JsonnetFile     = "jsonnetfile.json"
	JsonnetLockFile = "jsonnetfile.lock.json"
)

// JsonnetNeeds returns the libraries in such a file as needs, with the directory in
// which "jb install" puts each, as seen from that of the file. It is false if the text
// cannot be read.
func JsonnetNeeds(text []byte) (needs map[string]Need, ok bool) {
	var file struct {
		Dependencies []struct {
			Version string
			Source  struct {
				Git *struct{ Remote, Subdir string }
			}
		}
	}
	if json.Unmarshal(text, &file) != nil {
		return nil, false
	}
	needs = map[string]Need{}
	for _, d := range file.Dependencies {
		if git := d.Source.Git; git != nil { // others are directories of the tree
			n := Need{Kind: Git, URL: git.Remote, Version: d.Version}
			needs[path.Join("vendor", checkout.Locate(git.Remote).String(), git.Subdir)] = n
		}
	}
	return needs, true
}
