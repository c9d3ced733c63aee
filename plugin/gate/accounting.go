package gate

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// account keeps the state of every file that was met.
type account struct {
	all bool // the states of all files are wanted

	mu      sync.Mutex      // files are listed while others are taken in
	met     map[string]bool // by their path in the system; nil if none can be met twice
	pending map[string]bool // handed on to be read
	targets int             // files that were read for targets only
	counts  dupcheck.Accounting
	states  []dupcheck.FileState
	leftOut map[string]int
	skipped []dupcheck.Skipped
}

func newAccount(all bool, dirs int) *account {
	a := &account{all: all, pending: map[string]bool{}, leftOut: map[string]int{}}
	if dirs > 1 {
		a.met = map[string]bool{}
	}
	return a
}

// meets records a file of a checkout, and returns false if it was met before, because one
// argument is below another.
func (a *account) meets(top, at string) bool {
	if a.met == nil {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	full := path.Join(top, at)
	before := a.met[full]
	a.met[full] = true
	return !before
}

// expect records a file that will be read.
func (a *account) expect(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending[name] = true
}

// expects says whether a file is read because the walk found it, and not because it
// was named as an argument.
func (a *account) expects(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pending[name]
}

// set records the state of a file.
func (a *account) set(s dupcheck.FileState) { a.leave(s, "") }

// leave records the state of a file. A file that is left out is counted under the
// given name.
func (a *account) leave(s dupcheck.FileState, under string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.pending, s.File)
	a.counts.Add(s.State)
	if s.Target != "" && (s.State == dupcheck.Compared || s.State == dupcheck.Input) {
		a.targets++
	}
	if s.State == dupcheck.LeftOut {
		a.leftOut[under]++
		if s.Target == "" && a.leftOut[under] == 1 {
			a.skipped = append(a.skipped, dupcheck.Skipped{File: under, Reason: s.Reason})
		}
	}
	if a.all || s.State == dupcheck.NotRead && s.Target != "" && s.Reason != "" {
		a.states = append(a.states, s)
	}
}

// input records a file that a target was rendered with.
func (a *account) input(file manifest.File, root *target) {
	s := dupcheck.FileState{File: file.Name, State: dupcheck.Input, Target: root.name}
	if len(file.Objects) > 0 {
		s.State = dupcheck.Compared
	}
	a.set(s)
}

// read adds the objects of a plain file and records its state.
func (a *account) read(in *collector, file manifest.File) {
	objects := in.held + len(file.Objects)
	if !file.LeftOut { // which is reported for all files
		in.add(file)
	}
	if file.More {
		return
	}
	s := dupcheck.FileState{File: file.Name, State: dupcheck.Compared, Reason: file.Skipped}
	switch {
	case len(file.Unread) > 0:
		s.State, s.Reason = dupcheck.NotRead, file.Unread[0].Reason
	case file.LeftOut:
		s.State = dupcheck.LeftOut
	case objects == 0 || file.Skipped != "":
		s.State = dupcheck.NotManifest
	}
	a.leave(s, s.File)
}

// outside records the input files of targets outside of the directories that the caller
// named.
func (x *files) outside() {
	for name, cl := range x.claims {
		if !cl.root.seen() || slices.ContainsFunc(cl.in.dirs, func(d checkedDir) bool { return checkout.Below(cl.at, d.at) }) {
			continue
		}
		x.account.set(usedBy(cl, name))
	}
}

// finish copies the account into a report.
func (a *account) finish(r *dupcheck.Report) {
	for _, name := range slices.Sorted(maps.Keys(a.pending)) {
		s := dupcheck.FileState{File: name, State: dupcheck.NotManifest}
		if manifest.HasExtension(name) {
			s.State, s.Reason = dupcheck.Compared, "under another name"
		}
		a.set(s)
	}
	slices.SortFunc(a.states, func(x, y dupcheck.FileState) int {
		return cmp.Or(strings.Compare(x.File, y.File), strings.Compare(x.Target, y.Target))
	})
	r.Skipped = append(r.Skipped, a.skipped...)
	r.Accounting, r.States, r.LeftOut = a.counts, a.states, a.leftOut
	r.Files += a.targets
}

// meetNamed records the files among the arguments.
func (a *account) meetNamed(args map[string]bool) {
	for full := range args {
		if a.met != nil {
			a.met[path.Clean(full)] = true
		}
	}
}
