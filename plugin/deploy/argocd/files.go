package argocd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// SourceKind is how Argo CD renders a source.
type SourceKind uint8

// The kinds of sources.
const (
	DirectorySource SourceKind = iota // plain manifests and jsonnet
	KustomizeSource
	HelmSource
	PluginSource
	RemoteSource // a chart or an image of a registry
	ValuesSource // only referred to by others
)

// Kind says how Argo CD renders the source, given the repository that it names
// (argo-cd v3.6 pkg/apis/application/v1alpha1, ExplicitType, and
// reposerver/repository, GetAppSourceType, and util/app/discovery, Discover).
// Plugins that find their sources by themselves are not known here.
func (s Source) Kind(repo fs.FS) SourceKind {
	switch dir := s.Dir(); {
	case s.Chart != "" || strings.HasPrefix(s.RepoURL, "oci://"):
		return RemoteSource
	case s.Ref != "" && s.Path == "":
		return ValuesSource
	case len(s.Plugin) > 0:
		return PluginSource
	case s.Kustomize != nil:
		return KustomizeSource
	case s.Helm != nil:
		return HelmSource
	case s.Directory != nil:
		return DirectorySource
	case slices.ContainsFunc(manifest.KustomizationFiles(), func(name string) bool { return exists(repo, path.Join(dir, name)) }):
		return KustomizeSource // before a chart: the last one in lexical order counts
	case exists(repo, path.Join(dir, manifest.ChartFile)):
		return HelmSource
	}
	return DirectorySource
}

func exists(repo fs.FS, name string) bool {
	_, err := fs.Stat(repo, name)
	return err == nil
}

// Dir is the path of the source from the top of the repository, in the form
// that package fs wants.
func (s Source) Dir() string { return path.Clean("./" + strings.TrimLeft(s.Path, "/")) }

// manifestName are the files of a directory that Argo CD reads, and skip is
// the mark of one that it does not (reposerver/repository, manifestFile and
// skipFileRenderingMarker).
var (
	manifestName = regexp.MustCompile(`^.*\.(yaml|yml|json|jsonnet)$`)
	skipMark     = []byte("+argocd:skip-file-rendering")
)

// Files lists the files of a directory source in the order in which Argo CD
// reads them, which is the lexical one of filepath.Walk, so that of two objects
// with one identity the last counts. A link counts as the file that it names.
func (s Source) Files(repo fs.FS) (files []string, err error) {
	var d Directory
	if s.Directory != nil {
		d = *s.Directory
	}
	root := s.Dir()
	err = fs.WalkDir(repo, root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && !d.Recurse:
			return fs.SkipDir
		case (entry.Type().IsRegular() || entry.Type()&fs.ModeSymlink != 0) && d.selects(root, name):
			files = append(files, name)
		}
		return nil
	})
	return files, err
}

// Skips says whether the content of a file asks Argo CD not to render it.
func Skips(data []byte) bool { return bytes.Contains(data, skipMark) }

// selects matches patterns against the path below the source; their wildcards
// match slashes.
func (d Directory) selects(root, name string) bool {
	rel := name
	if root != "." {
		rel = strings.TrimPrefix(name, root+"/")
	}
	return manifestName.MatchString(path.Base(name)) &&
		(d.Exclude == "" || !matchesAll(d.Exclude, rel)) &&
		(d.Include == "" || matchesAll(d.Include, rel))
}

func matchesAll(pattern, name string) bool {
	hide := strings.NewReplacer("/", "\x01")
	ok, err := doublestar.Match(hide.Replace(pattern), hide.Replace(name))
	return ok && err == nil
}

// Digest is a hash of all files in a directory and below, or "" if it cannot be
// read. It is there to see that what cannot be resolved has changed. A link
// counts with what it says and the file behind it, if there is one.
func Digest(repo fs.FS, dir string) string {
	hash := sha256.New()
	err := fs.WalkDir(repo, dir, func(name string, entry fs.DirEntry, err error) error {
		link := err == nil && entry.Type()&fs.ModeSymlink != 0
		if err != nil || !entry.Type().IsRegular() && !link {
			return err
		}
		data, err := fs.ReadFile(repo, name)
		fmt.Fprintf(hash, "%q %x", name, sha256.Sum256(data))
		if link {
			target, _ := fs.ReadLink(repo, name)
			fmt.Fprintf(hash, "%q %t", target, err != nil)
			return nil
		}
		return err
	})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// NeedsJsonnet is why a directory with jsonnet is unresolved.
const NeedsJsonnet = "it has jsonnet"

// Read reads a directory of plain manifests in the order of Argo CD.
func (s Source) Read(repo fs.FS) Rendered { return s.ReadWith(repo, nil) }

// ReadWith is Read for a directory that may have jsonnet files: program returns
// what one of them renders to. Nil means that none is evaluated.
func (s Source) ReadWith(repo fs.FS, program func(file string) Rendered) (out Rendered) {
	files, err := s.Files(repo)
	if err != nil {
		return Rendered{Unresolved: "its directory " + dupcheck.QuoteAlways(s.Path) + " cannot be read"}
	}
	hash, known := sha256.New(), true
	for _, name := range files {
		var one Rendered
		switch {
		case !manifest.IsProgram(name):
			one = readFile(repo, name)
		case program == nil:
			return Rendered{Unresolved: NeedsJsonnet}
		default:
			one = program(name)
		}
		known = known && one.Inputs != ""
		fmt.Fprintf(hash, "%q %q", name, one.Inputs)
		out.Objects = append(out.Objects, one.Objects...)
		if one.Unresolved != "" {
			out.Unresolved = one.Unresolved
		}
	}
	if known {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// readFile reads the manifests of one file.
func readFile(repo fs.FS, name string) (out Rendered) {
	data, err := fs.ReadFile(repo, name)
	if err != nil {
		return Rendered{Unresolved: dupcheck.Quote(name) + " cannot be read"}
	}
	sum := sha256.Sum256(data)
	out.Inputs = hex.EncodeToString(sum[:])
	if Skips(data) {
		return out
	}
	for o, err := range manifest.Parse(name, data) {
		if err != nil {
			out.Unresolved = dupcheck.Quote(name) + " cannot be understood"
		} else if !o.Placeholder {
			out.Objects = append(out.Objects, o)
		}
	}
	return out
}
