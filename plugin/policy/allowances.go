package policy

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
)

// Allowances are those of allow-unresolved: the parts that may stay unknown. They are
// safe for concurrent use. Nil allows nothing.
type Allowances struct {
	paths            *Paths
	parts, deployers []*allowance
}

// allowance is an Allowance with its glob, for one sort of parts.
type allowance struct {
	*glob
	Allowance
	exact bool // it names one part
}

// Allowances reads the globs of the policy, which are relative to the same directory as
// those of paths. The error for a meaningless glob is an *OptionError.
func (p Policy) Allowances(paths *Paths) (*Allowances, error) {
	out := &Allowances{paths: paths}
	for _, a := range p.AllowUnresolved {
		if a.Path != "" || a.Deployer == "" { // which is refused
			g, err := newGlob("allow-unresolved", a.Path, paths.canonical(a.Path))
			if err != nil {
				return nil, err
			}
			out.parts = append(out.parts, &allowance{g, a, isName(a.Path)})
		}
		if a.Deployer == "" {
			continue
		}
		g, err := newGlob("allow-unresolved", a.Deployer, a.Deployer)
		if err != nil {
			return nil, err
		}
		if a.Path != "" { // it is used if either is
			g.used = out.parts[len(out.parts)-1].used
		}
		out.deployers = append(out.deployers, &allowance{g, a, isName(a.Deployer)})
	}
	return out, nil
}

// probes are names that no allowance of one part is about.
var probes = []string{"k7-q", "Z_9.x0", "0w3"}

// isEverything says whether an allowance matches whatever there may be: parts with any
// name, at any depth, or all deployers of a kind.
func (a Allowance) isEverything() bool {
	if a.Path != "" && path.Clean(a.Path) == "." {
		return true
	}
	return slices.ContainsFunc(probes, func(probe string) bool {
		if a.Deployer != "" {
			kind, name, _ := strings.Cut(a.Deployer, " ")
			return doublestar.MatchUnvalidated(kind+" "+name, strings.ReplaceAll(kind, "*", "x")+" "+probe+"/"+probe) || doublestar.MatchUnvalidated(name, probe)
		}
		for name := probe; len(name) < 5*len(probe); name = path.Join(name, probe) {
			if doublestar.MatchUnvalidated(path.Clean(a.Path), name) {
				return true
			}
		}
		return false
	})
}

// Part reports whether a directory or a file may be unresolved for a reason with some
// causes; empty causes are not known. If it may, allowed is an entry of Report.Allowed.
// Otherwise it has the reason, perhaps with more details.
func (a *Allowances) Part(name, reason string, causes ...dupcheck.Code) (allowed dupcheck.Allowed, ok bool) {
	if a == nil {
		return dupcheck.Allowed{Reason: reason}, false
	}
	return match(a.parts, reason, causes, a.paths.canonical(name))
}

// Deployer is Part for a deployer, given by its kind and "NAMESPACE/NAME".
func (a *Allowances) Deployer(kind, name, reason string, causes ...dupcheck.Code) (allowed dupcheck.Allowed, ok bool) {
	if a == nil {
		return dupcheck.Allowed{Reason: reason}, false
	}
	return match(a.deployers, reason, causes, kind+" "+name, name)
}

// Unresolved adds an unresolved part to a report, with the result of Part or Deployer: to
// the unread parts with that reason, or to the parts that may stay unknown.
func Unresolved(r *dupcheck.Report, u dupcheck.Unread, allowed dupcheck.Allowed, ok bool) {
	if !ok {
		u.Reason = "unresolved: " + allowed.Reason
		r.Unread = append(r.Unread, u)
		return
	}
	allowed.File, allowed.Line = u.File, u.Line
	r.Allowed = append(r.Allowed, allowed)
	r.Skipped = append(r.Skipped, dupcheck.Skipped{File: u.File, Reason: "let pass by " + allowed.Setting + ": " + allowed.Reason})
}

// match looks for an allowance of a part with some names.
func match(all []*allowance, reason string, causes []dupcheck.Code, names ...string) (out dupcheck.Allowed, ok bool) {
	out.Reason = reason
	for _, a := range all {
		if !slices.ContainsFunc(names, a.matches) {
			continue
		}
		if but := a.but(causes); but != "" {
			out.Reason = reason + "; " + but
			continue
		}
		a.used.Store(true)
		return dupcheck.Allowed{Reason: reason, Setting: a.setting(), Because: a.Allowance.Reason}, true
	}
	return out, false
}

// but says why an allowance that matches a part does not count for it, or is empty.
func (a *allowance) but(causes []dupcheck.Code) string {
	if a.ofRevision && !a.New && !a.exact {
		return a.setting() + " of the base does not name it, and a change may have added it: name it there, or say new: true"
	}
	for _, cause := range causes {
		if a.Cause != "" && cause != a.Cause {
			return fmt.Sprintf("%s is about the cause %s alone, and this has %s", a.setting(), a.Cause, cmp.Or(cause, "another one"))
		}
	}
	return ""
}

func (a *allowance) setting() string { return a.option + " " + a.given }

// UnusedParts says which allowances of directories and files allowed nothing.
func (a *Allowances) UnusedParts() []*OptionError { return unusedOf(a.parts) }

// UnusedDeployers says which allowances of deployers allowed nothing.
func (a *Allowances) UnusedDeployers() []*OptionError { return unusedOf(a.deployers) }

func unusedOf(all []*allowance) (out []*OptionError) {
	for _, a := range all {
		out = append(out, a.unused("matched nothing that is unresolved")...)
	}
	return out
}
