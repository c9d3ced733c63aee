package deploy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/render"
)

// closure returns a digest of everything from which an unresolved target could be made.
// If that may contain deployers, the digest covers their directories as well, or the
// whole repository if the directories are not known.
func (r *Renderer) closure(repo fs.FS, t *target) string {
	own := r.revision.resolver.closure(repo, t)
	if !t.nests {
		return own
	}
	nested, known := r.nested(repo, t)
	if !known {
		return own + r.Whole(repo)
	}
	return own + nested
}

// nested returns a digest of the directories that the deployers in the files of a
// kustomization deploy, and those in there. It returns false if some of these are not
// known.
func (r *Renderer) nested(repo fs.FS, t *target) (digest string, known bool) {
	if t.job.Kind != checkout.Kustomization || r.revision.resolver.options.Tool != gitops.ArgoCD {
		return "", false
	}
	hash, dirs := sha256.New(), map[string]bool{}
	for files := slices.Sorted(maps.Keys(t.job.Inputs)); len(files) > 0; {
		found := map[string]bool{}
		for _, name := range files {
			data, err := fs.ReadFile(repo, name)
			if err != nil || (t.job.Inputs[name] == render.Patch || manifest.IsKustomization(name)) && mentionsApplication(data) || !isPlainlyDeclared(r.revision.resolver.options.Tool, name, data, func(d gitops.Declared) { r.revision.adapter.Directories(d, found) }) {
				return "", false
			}
		}
		files = nil
		for _, dir := range slices.Sorted(maps.Keys(found)) {
			if dirs[dir] {
				continue
			}
			dirs[dir] = true
			inputs, ok := r.directory(repo, dir)
			if !ok {
				return "", false
			}
			fmt.Fprintf(hash, "%q %s", dir, inputs.digest)
			files = append(files, inputs.files...)
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), true
}

// readsElsewhere are fields that make a deployer read files outside of the directory that
// it deploys.
var readsElsewhere = []string{"ApplicationSet", "valueFiles", "fileParameters", "components", "libs", "sources", "plugin"}

// isPlainlyDeclared reports whether all deployers in a file deploy only directories, and
// passes these to found.
func isPlainlyDeclared(tool gitops.Tool, name string, data []byte, found func(gitops.Declared)) bool {
	if !tool.MayDeclare(data) {
		return true
	}
	d := gitops.Parse(tool, "", name, data)
	if len(d.Unread)+len(d.Problems) > 0 || slices.ContainsFunc(readsElsewhere, func(field string) bool { return hasWord(data, field) }) {
		return false
	}
	found(d)
	return true
}

// mentionsApplication says whether a kustomization or a patch may change an
// Application. Comments do not count.
func mentionsApplication(data []byte) bool {
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); bytes.Contains(line, []byte("Application")) && line[0] != '#' {
			return true
		}
	}
	return false
}

// read is a directory with the files that are read in it.
type read struct {
	digest string
	files  []string
}

// directory returns the files that a deployer of a directory reads. It returns false if
// there may be more.
func (r *Renderer) directory(repo fs.FS, dir string) (out read, known bool) {
	if dir == "." || checkout.HasChart(repo, dir) {
		return out, false
	}
	out.digest = DigestDir(repo, dir)
	if err := fs.WalkDir(repo, dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			out.files = append(out.files, name)
		}
		return err
	}); err != nil {
		return out, !checkout.IsFile(repo, dir) // a missing directory has no files
	}
	if target, ok := r.Kustomization(repo, dir); ok {
		t := r.revision.resolver.target(repo, target)
		out.digest += r.revision.resolver.closure(repo, t)
		out.files = append(out.files, slices.Sorted(maps.Keys(t.job.Inputs))...)
	}
	return out, true
}
