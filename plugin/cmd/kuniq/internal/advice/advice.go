// Package advice adds the helpful flags of the command to the messages of the libraries.
package advice

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Ways tell the user how to deal with parts that could not be read, by the code of the
// reason. The libraries know no flags, so their messages end where these begin. A reason
// whose message already says what to do has no entry.
var Ways = map[dupcheck.Code]string{
	dupcheck.Template:    "render it first (helm template CHART | kuniq check -), or leave it out with --skip GLOB",
	checkout.NeedsHelm:   "let helm render it with --helm helm, or leave it out with --skip GLOB",
	checkout.NeedsValue:  "give the value with --ext-str NAME=VALUE or --tla-str NAME=VALUE",
	checkout.NeedsImport: "name the directory of its libraries with -J DIR",
	checkout.TooLong:     "give it more time with --timeout DURATION",
	checkout.Remote:      "kuniq vendor lists it and prints a script that fetches it for --vendor DIR; or let it pass with --allow-unresolved GLOB",
	checkout.NoCommand:   "serve it from git or as a tag of a registry, or let it pass with --allow-unresolved GLOB: kuniq vendor has no command for it",
	checkout.Elsewhere:   "kuniq vendor prints a script that fetches it for --vendor DIR; or let it pass with --allow-unresolved GLOB",
	checkout.Mismatch:    "fetch it again, or accept what is there with kuniq vendor --lock DIR --update",
	checkout.Executes:    "kuniq runs nothing of the tree: let it pass with --allow-unresolved GLOB",
	checkout.Missing:     "correct the reference, or let it pass with --allow-unresolved GLOB",
	checkout.NeedsObject: "put the object into the tree, or let it pass with --allow-unresolved GLOB",
}

// Report returns a report with the flags that help.
func Report(r dupcheck.Report) dupcheck.Report {
	all := r.Diagnostics // and a copy from the first on that changes
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		more := ""
		switch {
		case d.Rule == dupcheck.IdenticalObject && d.Advice != "":
			more = " with --identical warn"
		case d.Advice == "":
			more = Ways[d.Code]
		}
		if more == "" {
			continue
		}
		if &all[0] == &r.Diagnostics[0] {
			all = slices.Clone(all)
		}
		all[i].Advice += more
	}
	r.Diagnostics = all
	return r
}

// Sets returns the report of the check of a directory with the --set that helps. The globs
// are relative to that directory.
func Sets(r dupcheck.Report, dir string) dupcheck.Report {
	r.Diagnostics = slices.Clone(r.Diagnostics)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		var files []string
		for _, at := range d.Declarations {
			files = append(files, strings.TrimPrefix(at.File, path.Clean(filepath.ToSlash(dir))+"/"))
		}
		switch d.Rule {
		case deploy.ApplicationCollision:
			if with := SetFor(files); with != "" {
				d.Advice += "; if they are for different clusters, separate them" + with
			}
		case deploy.AlternativeRoots:
			d.Advice += SetsFor(files)
		}
	}
	return r
}

// SetFor returns the flag that tells files apart, or "".
func SetFor(files []string) string {
	glob := deploy.TellingSet(files)
	if glob == "" {
		return ""
	}
	return " with --set '" + glob + "'"
}

// SetsFor returns the flags that make each root an instance of its own, and those that put
// all roots into one instance.
func SetsFor(files []string) string {
	glob := deploy.TellingSet(files)
	if glob == "" {
		var all []string
		for _, name := range files {
			all = append(all, "--set "+dupcheck.QuoteAlways(path.Dir(name)))
		}
		return " with " + strings.Join(all, " ")
	}
	each := SetFor(files)
	if parent := path.Dir(glob); parent != "." {
		return each + ", or with --set '" + parent + "' if one control plane has all of them"
	}
	return each
}

// Error returns an error with the flags that help.
func Error(err error) error {
	var u *checkout.Unresolved
	if !errors.As(err, &u) || Ways[u.Code] == "" {
		return err
	}
	return errors.New(err.Error() + ": " + Ways[u.Code])
}
