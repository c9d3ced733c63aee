package split

import (
	"context"
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// identify reads the identities of all files that will be written, from exactly the bytes
// that they will have. It refuses files that do not hold exactly the object that they are
// named for. Bytes from which the object was already read are not read a second time, if
// nothing is put around them.
func (d *diff) identify(ctx context.Context) {
	found := make([]string, len(d.files))
	crash.Share(ctx, len(d.files), func(_, i int) { found[i] = misidentified(d.files[i], d.plan.rules) })
	for i, why := range found {
		if why != "" {
			d.refuse(d.files[i].Name, "%s", why)
		}
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
