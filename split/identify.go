package split

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// identify reads the identities of all files that are to be written from the
// very bytes that will be in them, and refuses those that do not hold exactly
// the object they are named for. What the object was read from already, and
// has nothing put around it, is not read a second time. It begins at once and
// goes on while others write; wait returns the result.
//
// It does not wait for the bytes to be on disk, where verify compares them:
// before the point of no return a refusal costs nothing.
func (w *writer) identify(ctx context.Context) (wait func() []Refusal) {
	var next atomic.Int64
	var workers crash.Group
	found := make([][]Refusal, runtime.GOMAXPROCS(0))
	for n := range found {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(w.changes) {
					return
				}
				f := w.changes[i].file
				if f == nil {
					continue
				}
				if why := misidentified(f, w.plan.rules); why != "" {
					at := dupcheck.Position{File: w.place(f.Name)}
					found[n] = append(found[n], Refusal{at, why})
				}
			}
		})
	}
	return func() []Refusal {
		workers.Wait()
		all := slices.Concat(found...)
		slices.SortFunc(all, func(a, b Refusal) int { return strings.Compare(a.At.File, b.At.File) })
		return all
	}
}

// misidentified says why a file does not hold the object of the plan.
func misidentified(f *File, rules dupcheck.Rules) string {
	defer crash.While(f.Name)
	if f.ID == (dupcheck.ID{}) || f.asRead {
		return ""
	}
	objects := 0
	same := false
	for o, err := range manifest.Parse(f.Name, f.Bytes()) {
		if err != nil {
			return "would not be readable: " + err.Error()
		}
		if o.Placeholder {
			continue
		}
		objects++
		same = isObject(f.ID, rules, &o)
	}
	switch {
	case objects != 1:
		return fmt.Sprintf("would hold %d objects instead of one", objects)
	case !same:
		return "would hold another object than " + f.ID.String()
	}
	return ""
}

// isObject says whether a declaration is one of an object. Its namespace may
// come from elsewhere, and its kind may be an older name of the same.
func isObject(id dupcheck.ID, rules dupcheck.Rules, o *dupcheck.Object) bool {
	if o.Name != id.Name {
		return false
	}
	if o.Kind == id.Kind {
		return true
	}
	resolved, err := dupcheck.NewID(rules, o.APIVersion, o.Kind, o.Namespace, o.Name)
	return err == nil && resolved.Kind == id.Kind
}
