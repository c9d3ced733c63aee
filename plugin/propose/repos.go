package propose

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// repository has the facts about the repository as a whole.
type repository struct {
	fsys    fs.FS
	remotes map[checkout.Location]bool
	urls    []string                     // of the remotes
	clones  map[checkout.Location]string // directories with other repositories
}

// url returns the URL of the repository.
func (r repository) url() string {
	if len(r.urls) == 0 {
		return "https://..."
	}
	return checkout.WithoutPassword(r.urls[0])
}

// mostBeside is the number of directories beside the repository that are examined.
const mostBeside = 100

// lookAround finds the URL of the repository, and other repositories in it as submodules, or
// beside it.
func lookAround(ctx context.Context, fsys fs.FS) repository {
	r := repository{fsys: fsys, remotes: map[checkout.Location]bool{}, clones: map[checkout.Location]string{}}
	here := revision.Repository{Dir: "."}
	if !here.IsTop(ctx) {
		return r
	}
	r.urls = here.Remotes(ctx)
	for _, url := range r.urls {
		r.remotes[checkout.Locate(url).Fold()] = true
	}
	var dirs []string
	beside, _ := os.ReadDir("..") // without a right to read it, there is none
	for _, d := range beside[:min(len(beside), mostBeside)] {
		if dir := path.Join("..", d.Name()); d.IsDir() {
			if _, err := os.Lstat(path.Join(dir, ".git")); err == nil {
				dirs = append(dirs, dir)
			}
		}
	}
	if text, err := checkout.ReadFile(fsys, ".gitmodules", mostTemplate); err == nil {
		dirs = append(dirs, checkout.GitSubmodules(text)...)
	}
	for _, dir := range dirs { // a submodule counts more
		if other := (revision.Repository{Dir: dir}); other.IsTop(ctx) {
			for _, url := range other.Remotes(ctx) {
				r.clones[checkout.Locate(url).Fold()] = dir
			}
		}
	}
	return r
}

// source is a deployed directory of a repository.
type source struct{ path, file string }

// repos proposes URLs that are this repository under another name, or that have a clone at
// hand.
func (d *declared) repos(r repository) (lines []Line) {
	of := d.sources()
	for _, url := range slices.Sorted(maps.Keys(of)) {
		l := checkout.Locate(url).Fold()
		if l.Host == "" || r.remotes[l] || strings.Contains(url, "{{") {
			continue
		}
		line := Line{Field: Repos, Value: url}
		dir, isClone := r.clones[l]
		switch at, ok := r.holds(l, of[url]); {
		case isClone && strings.HasPrefix(dir, "../"):
			line.Open = true
			line.Because = []string{dir + " is a clone of it. kuniq.yaml names directories of this one only: clone it below, or give kuniq argocd --repo URL=" + dir}
		case isClone:
			line.Because = []string{dir + " is a submodule with this URL"}
		case ok:
			dir = "."
			line.Because = []string{fmt.Sprintf("it is called like this repository, and %s, which %s deploys from there, is here", at.path, at.file)}
		default:
			continue
		}
		line.entry = []string{strconv.Quote(url) + ": " + strconv.Quote(dir)}
		lines = append(lines, line)
	}
	return lines
}

// sources returns the directories that Applications deploy, by the URLs of their
// repositories.
func (d *declared) sources() map[string][]source {
	of := map[string][]source{}
	for _, a := range d.Applications {
		all := a.Spec.Sources
		if a.Spec.Source != nil {
			all = append(slices.Clip(all), *a.Spec.Source)
		}
		for _, s := range all {
			if s.Chart == "" {
				of[s.RepoURL] = append(of[s.RepoURL], source{gitops.CleanDir(s.Path), a.Object.At.File})
			}
		}
	}
	return of
}

// holds says whether a location has the name of the repository, and whether the repository
// has all directories that are deployed from there. It returns one of them.
func (r repository) holds(l checkout.Location, all []source) (one source, ok bool) {
	for remote := range r.remotes {
		ok = ok || path.Base(remote.Path) == path.Base(l.Path)
	}
	for _, s := range all {
		if info, err := fs.Stat(r.fsys, s.path); err != nil || !info.IsDir() {
			return s, false
		}
		if s.path != "." {
			one = s
		}
	}
	return one, ok && one.path != ""
}
