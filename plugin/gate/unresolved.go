package gate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// adopt gives the inputs of a part that could not be rendered either to the target
// that includes it.
func (x *targets) adopt() {
	for _, root := range slices.Backward(x.roots) { // parts of parts come last
		if root.part == nil || root.seen() {
			continue
		}
		for file, role := range root.inputs {
			root.part.inputs[file] = max(root.part.inputs[file], role)
		}
	}
	x.roots = slices.DeleteFunc(x.roots, func(r *target) bool { return r.part != nil && !r.seen() })
}

// unresolved reports the targets that could not be rendered.
func (x *run) unresolved(in *collector) {
	for _, root := range x.roots {
		if !root.seen() {
			x.unresolvedTarget(in, root)
		}
	}
}

func (x *run) unresolvedTarget(in *collector, root *target) {
	allowed, ok := x.allowed.Part(root.name, x.reason(root), root.outcome.Causes()...)
	if policy.Unresolved(&in.report, dupcheck.Unread{File: root.name, Code: root.outcome.Code}, allowed, ok); !ok {
		return
	}
	for _, part := range x.unseenParts(root) {
		name := root.display(part)
		more, ok := x.allowed.Part(name, "it is a part of "+dupcheck.Quote(root.name)+", and "+allowed.Setting+" does not name it", root.outcome.Causes()...)
		if !ok {
			policy.Unresolved(&in.report, dupcheck.Unread{File: name, Code: root.outcome.Code}, more, false)
			continue
		}
		more.File, more.Reason = name, "it is a part of "+dupcheck.Quote(root.name)
		in.report.Allowed = append(in.report.Allowed, more)
	}
}

// unseenParts returns the other directories from which a target that could not be
// rendered takes files that no other target renders.
func (x *targets) unseenParts(root *target) (dirs []string) {
	if root.Kind != checkout.Kustomization {
		return nil
	}
	covered := x.covered()
	for _, k := range root.tree.Uses(root.Dir) {
		if !checkout.Below(k.Dir, root.Dir) && !covered[path.Join(root.top, k.Dir)] {
			dirs = append(dirs, k.Dir)
		}
	}
	return dirs
}

// takeCollision adds the objects that made kustomize refuse a target.
func (x *run) takeCollision(in *collector, root *target) {
	collision := root.outcome.Collision
	for i, object := range collision.Objects {
		at := collision.Places[i]
		if at.File == "" {
			at = dupcheck.Position{File: root.File}
		}
		at.File, at.Origin = x.with.display(root, at.File), root.name
		object.Set, object.At, object.Body, object.ReaderFindings = root.set, at, render.Body{JSON: collision.Contents[i]}, nil
		in.checker.Add(object)
		in.objects++
		if text, err := checkout.ReadFile(root.tree.FS(), collision.Places[i].File, mostSourceLine); err == nil {
			x.remember(at, text)
		}
	}
}

// mostSourceLine is the size of the largest file from which a line is shown.
const mostSourceLine = 64 << 20

// onceRefused removes findings that several targets repeat because they share a base. It
// knows targets by their names, which several may have. Of those it removes nothing unless
// all were refused.
func (x *targets) onceRefused(all []dupcheck.Diagnostic) []dupcheck.Diagnostic {
	refused, some := map[string]bool{}, false
	for _, root := range x.roots {
		others, met := refused[root.name]
		refused[root.name] = root.refused() && (others || !met)
		some = some || root.refused()
	}
	if !some { // and so the findings, of which there may be many, need not be looked at
		return all
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(d dupcheck.Diagnostic) bool {
		var key strings.Builder
		for _, o := range d.Declarations {
			if !refused[o.Origin] || o.Line == 0 {
				return false
			}
			fmt.Fprintf(&key, "%s %s:%d:%d\n", d.ID, o.File, o.Line, o.Column)
		}
		before := seen[key.String()]
		seen[key.String()] = true
		return before
	})
}

// blind adds to the unread parts of a report what it would otherwise miss: targets that
// were refused because of a duplicate which does not fail the check, and unread inputs of
// a target that the report does not mention.
func (x *run) blind(r *dupcheck.Report) {
	said, codes := map[string]bool{}, map[string]dupcheck.Code{}
	for _, u := range r.Unread {
		said[u.File] = true
	}
	for _, root := range x.roots {
		codes[root.name] = root.outcome.Code
	}
	for _, s := range r.States {
		if s.State == dupcheck.NotRead && s.Target != "" && !said[s.Target] && !said[s.File] {
			r.Unread = append(r.Unread, dupcheck.Unread{File: s.File, Reason: "unresolved: it is an input of " + dupcheck.Quote(s.Target) + ", which could not be rendered; no allowance names it", Code: codes[s.Target]})
		}
	}
	refused := slices.DeleteFunc(slices.Clone(x.roots), func(root *target) bool { return !root.refused() })
	if len(refused) == 0 { // and so the findings need not be looked at
		return
	}
	told := map[string]bool{}
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Severity == dupcheck.Error {
			for k := range d.Declarations {
				told[d.Declarations[k].File] = true
			}
		}
	}
	for _, root := range refused {
		if slices.ContainsFunc(root.outcome.Collision.Places, func(at dupcheck.Position) bool {
			return told[x.with.display(root, at.File)]
		}) {
			continue
		}
		r.Unread = append(r.Unread, dupcheck.Unread{File: root.name, Reason: "unresolved: " + x.reason(root), Code: root.outcome.Code})
	}
}
