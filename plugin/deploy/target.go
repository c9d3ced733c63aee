package deploy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// target is a rendered target, or the reason why it cannot be rendered.
type target struct {
	job render.Job
	// key is a digest of everything that the job depends on.
	key string
	// mayDeclare says that deployers may be among the objects, whose content is
	// then needed.
	mayDeclare bool
	// nests says that deployers may be among them, and not only other objects of the
	// tool.
	nests  bool
	failed error
}

// kustomization is a kustomization as it is built if no deployer changes it.
func (r *Resolver) kustomization(t checkout.Target) render.Target {
	return render.Target{Target: t, Helm: render.Helm{Command: r.options.Helm}}
}

// target makes the job of a target once.
func (r *Resolver) target(repo fs.FS, t render.Target) *target {
	text, err := json.Marshal(t)
	if err != nil {
		panic(err) // it has nothing but strings
	}
	at := targetOf{repo, string(text)}
	if known := r.targets[at]; known != nil {
		return known
	}
	out := &target{}
	r.targets[at] = out
	t.Vendored = r.options.Vendored
	if out.job, out.failed = render.NewJob(r.tree(repo), t); out.failed != nil {
		out.nests = r.inputsMayDeploy(repo, out.job)
		out.mayDeclare = out.nests
		return out
	}
	hash := sha256.New()
	_, _ = hash.Write(text)
	out.mayDeclare = r.options.Tool.MayBeIn(text)
	for _, name := range out.job.Names() {
		facts := r.facts(out.job.Files[name])
		fmt.Fprintf(hash, "%q %x", name, facts.sum)
		packed := path.Ext(name) == ".tgz" // a chart, into which is not looked
		out.mayDeclare = out.mayDeclare || facts.mayDeclare || packed
		out.nests = out.nests || facts.mayDeploy || packed
	}
	out.key = hex.EncodeToString(hash.Sum(nil))
	return out
}

// inputsMayDeploy reports whether the files of a target that cannot be rendered may
// declare deployers.
func (r *Resolver) inputsMayDeploy(repo fs.FS, j render.Job) bool {
	for name, role := range j.Inputs {
		if role == render.Data {
			continue
		}
		data, err := fs.ReadFile(repo, name)
		if err != nil || r.options.Tool.MayDeclare(data) {
			return true
		}
	}
	return slices.ContainsFunc(j.Programs, func(name string) bool { return name != "." && r.chartMayDeclare(repo, name) })
}

// chartMayDeclare reports whether helm may make deployers from a file of values, or from
// a directory of charts. Values of a chart of Applications name their sources.
func (r *Resolver) chartMayDeclare(repo fs.FS, name string) bool {
	return fs.WalkDir(repo, name, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // nothing exists
		}
		data, err := fs.ReadFile(repo, name)
		if err != nil || bytes.Contains(data, []byte("repoURL")) || r.options.Tool.MayDeclare(data) {
			return fs.ErrExist
		}
		return nil
	}) != nil
}

// closure returns a digest of everything from which an unresolved target could be made,
// without the objects that deployers in it deploy (see Renderer.closure). A plugin could
// read any file; helm reads its charts; plugins that only decrypt are known by their
// inputs.
func (r *Resolver) closure(repo fs.FS, t *target) string {
	switch {
	case t.failed == nil:
		return t.key
	case checkout.CodeOf(t.failed) == checkout.Failed,
		slices.ContainsFunc(t.job.Programs, func(dir string) bool { return dir == "." || hasLink(repo, dir) }):
		return r.wholeOf(repo)
	}
	hash := sha256.New()
	for _, dir := range t.job.Programs {
		fmt.Fprintf(hash, "%q", DigestDir(repo, dir))
	}
	fmt.Fprintf(hash, "%q %q", t.failed.Error(), t.job.Dir)
	for _, name := range slices.Sorted(maps.Keys(t.job.Inputs)) {
		data, err := fs.ReadFile(repo, name)
		fmt.Fprintf(hash, "%q %x %t", name, sha256.Sum256(data), err != nil)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// hasLink says whether there is a link in a directory, behind which a program may
// find anything.
func hasLink(repo fs.FS, dir string) bool {
	return fs.WalkDir(repo, dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type()&fs.ModeSymlink != 0 {
			return fs.ErrExist
		}
		return nil
	}) != nil
}

// wholeOf is a digest of all files of a repository.
func (r *Resolver) wholeOf(repo fs.FS) string {
	if _, known := r.whole[repo]; !known {
		r.whole[repo] = DigestDir(repo, ".")
	}
	return r.whole[repo]
}

// contentFacts is what matters of a content.
type contentFacts struct {
	sum                   [sha256.Size]byte
	mayDeclare, mayDeploy bool
}

// facts looks at every content once.
func (r *Resolver) facts(data []byte) contentFacts {
	var at contentOf
	if len(data) > 0 {
		at = contentOf{&data[0], len(data)}
	}
	f, known := r.contents[at]
	if !known {
		f = contentFacts{sum: sha256.Sum256(data), mayDeclare: r.options.Tool.MayBeIn(data)}
		f.mayDeploy = f.mayDeclare && r.options.Tool.MayDeploy(data)
		r.contents[at] = f
	}
	return f
}

// mostCompared is how many objects are looked for in the files of a deployer. To
// render it takes no longer than to look for more.
const mostCompared = 200

// mayBuild reports whether the files of a target mention one of the objects. If it is
// wrong, which takes a text that hides its meaning, an object counts as deleted and not
// as moved.
func mayBuild(job render.Job, objects []dupcheck.ID, namespace string) bool {
	return len(objects) > mostCompared || job.Kind != checkout.Kustomization || len(job.Charts) > 0 || slices.ContainsFunc(objects, func(id dupcheck.ID) bool {
		return mentions(job, id, namespace)
	})
}

// mentions reports whether the files of a kustomization mention an object, which has the
// given namespace if it names none. Names may have a prefix and a suffix, and those of
// generated objects are incomplete.
func mentions(job render.Job, id dupcheck.ID, namespace string) bool {
	has := func(word string) bool {
		for _, data := range job.Files {
			if hasWord(data, word) {
				return true
			}
		}
		return false
	}
	changes := job.Kustomize
	switch {
	case len(changes.Patches) > 0:
		return true
	case id.Namespace != "" && id.Namespace != cmp.Or(changes.Namespace, namespace) && !has(id.Namespace):
		return false
	case id.Kind == "ConfigMap" || id.Kind == "Secret":
		return true
	}
	return has(id.Kind) && (renames(job) || has(id.Name))
}

// renames says whether a kustomization may put something before or behind names.
func renames(job render.Job) bool {
	for _, data := range job.Files {
		if bytes.Contains(data, []byte("refix")) || bytes.Contains(data, []byte("uffix")) {
			return true
		}
	}
	return job.Kustomize.NamePrefix+job.Kustomize.NameSuffix != ""
}

// hasWord reports whether a text has a word that is not part of a longer name.
func hasWord(text []byte, word string) bool {
	for {
		i := bytes.Index(text, []byte(word))
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !inName(text[i-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		text = text[i+1:]
	}
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.'
}
