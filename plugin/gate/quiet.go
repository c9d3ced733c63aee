package gate

import (
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// quietFiles says of plain files that were read, by their names in positions, whether all
// of their objects are known and none of them is of Argo CD or Flux. Once there is a
// finding, the deployers in the other files decide whether it counts, and these need not
// be read again.
type quietFiles map[string]bool

// met takes in a file, or a part of one.
func (q quietFiles) met(file *manifest.File) {
	quiet, known := q[file.Name]
	quiet = (quiet || !known) && len(file.Unread) == 0 && file.Skipped == ""
	for i := 0; quiet && i < len(file.Objects); i++ {
		o := &file.Objects[i]
		quiet = !o.Placeholder && !o.Unnamed && !gitops.IsOf(o.APIVersion)
	}
	q[file.Name] = quiet
}

// passOver tells the checkouts about quiet files.
func (x *run) passOver() {
	for _, c := range x.repositories {
		checkout.PassOver(c.tree, func(at string) bool { return x.quiet[c.display(at)] })
	}
}
