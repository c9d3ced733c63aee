package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/render"
)

// Adapter knows one tool. There is one for each revision.
type Adapter interface {
	// Declare returns the deployers that decoded objects declare.
	Declare(d gitops.Declared) Declared
}

// Nesting is an Adapter whose deployers may be deployed themselves: they are
// looked for in the objects of other deployers, and in kustomizations that no
// deployer deploys, which users apply by hand.
type Nesting interface {
	Adapter
	// Directories adds the directories that the objects deploy as a whole.
	Directories(d gitops.Declared, to map[string]bool)
}

// Declared is what some objects declare.
type Declared struct {
	// Deployers have everything but their objects.
	Deployers  []Source
	Generators []Generator
	Unexpanded []UnexpandedSet
	Named      []Named
	Problems   []gitops.Problem
}

// Source is a deployer and where its objects come from.
type Source struct {
	Deployer
	// Resolve returns what it deploys. Nil means that Desired says why that is
	// not known. It is called again once the targets that it asked for are
	// rendered.
	Resolve func(*Renderer) Desired
}

// Renderer is how a Source gets at its objects.
type Renderer struct {
	resolver *Resolver
	keys     []string // of the targets that were asked for
}

// Render returns what comes of a target. It is Pending if that is not rendered
// yet.
func (r *Renderer) Render(repo fs.FS, target render.Target) Desired {
	t := r.resolver.target(repo, target)
	if t.failed != nil {
		return Desired{Unresolved: t.failed.Error()}
	}
	r.keys = append(r.keys, t.key)
	if known, ok := r.resolver.results[t.key]; ok {
		return known
	}
	return Desired{Pending: true, Inputs: t.key}
}

// Kustomization returns the target of a kustomization. It returns false if the
// directory has none.
func (r *Renderer) Kustomization(repo fs.FS, dir string) (target render.Target, ok bool) {
	k := r.resolver.tree(repo).Kustomization(dir)
	if k == nil {
		return target, false
	}
	target.Dir, target.File = k.Dir, k.File
	return target, true
}

// File returns the objects of a file of plain manifests. Every file is parsed
// once.
func (r *Renderer) File(repo fs.FS, name string) Desired {
	at := fileOf{repo, name}
	d, known := r.resolver.files[at]
	if !known {
		d = readFile(repo, name)
		r.resolver.files[at] = d
	}
	return d
}

// Join is what several sources deploy together, in their order.
func Join(parts ...Desired) (out Desired) {
	var reasons []string
	hash, known := sha256.New(), true
	for _, p := range parts {
		out.Objects = append(out.Objects, p.Objects...)
		out.Pending = out.Pending || p.Pending
		if p.Unresolved != "" && !slices.Contains(reasons, p.Unresolved) {
			reasons = append(reasons, p.Unresolved)
		}
		known = known && p.Inputs != ""
		fmt.Fprintf(hash, "%q", p.Inputs)
	}
	out.Unresolved = strings.Join(reasons, "; ")
	if known {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// DigestDir returns a hash of all files in a directory and below, or "" if it
// cannot be read. It shows that a source that cannot be resolved has changed. A
// link counts with its text and the file behind it, if there is one.
func DigestDir(repo fs.FS, dir string) string {
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
