package restore

import (
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// The phases of volumes, which are directories.
const (
	retainPhase    = "1-retain"
	releasePhase   = "2-release"
	namespacePhase = "3-namespaces"
	volumePhase    = "4-volumes"
	claimPhase     = "5-claims"
	documentName   = "RESTORE.md"
)

// written is a file of a phase.
type written struct {
	phase string
	of    *object
	id    dupcheck.ID // of the object in the file, or the zero ID for a patch
	bytes []byte
	// Name is the name below the output directory.
	Name string
}

// Volume is the name of the object that the file is about.
func (w written) Volume() string { return w.of.id.Name }

func (w written) file() split.File {
	return split.File{Name: w.Name, ID: w.id, From: w.of.at, How: split.Reencoded, Parts: [][]byte{w.bytes}}
}

// files makes the files of all phases. It refuses a pair that cannot be written.
func (r *run) files(pairs []*pair) []written {
	var all []written
	spaces := map[string]bool{}
	for _, p := range pairs {
		made := r.manifests(p)
		if p.retain {
			all = append(all, patch(retainPhase, p.live, retainPatch(p.live)))
		}
		if p.refused {
			continue
		}
		switch {
		case p.release:
			all = append(all, patch(releasePhase, p.live, releasePatch(p.live)))
		case p.reserve:
			all = append(all, patch(releasePhase, p.live, reservePatch(p.live, p.claim)))
		}
		all = append(all, made...)
		spaces[p.claim.id.Namespace] = spaces[p.claim.id.Namespace] || p.createClaim
	}
	for _, name := range slices.Sorted(maps.Keys(spaces)) {
		if spaces[name] && !slices.Contains(builtIn, name) {
			all = append(all, r.namespace(name)...)
		}
	}
	name(all)
	return all
}

// manifests makes the volume and the claim of a pair, if the cluster lacks them.
func (r *run) manifests(p *pair) (out []written) {
	if p.refused {
		return nil
	}
	if p.createVolume {
		value, kept := p.volume.restored(p.claim)
		out = append(out, r.write(p, volumePhase, p.volume.object, value, kept)...)
	}
	if p.createClaim {
		value, kept := p.claim.restored(p.volume)
		out = append(out, r.write(p, claimPhase, p.claim.object, value, kept)...)
	}
	return out
}

// namespace makes the namespace of claims, unless the cluster has it. It takes the one of
// the dump, if there is one.
func (r *run) namespace(name string) []written {
	if r.present != nil && r.present.dump.find(namespaceKind, name) != nil {
		return nil
	}
	o := r.lost.dump.find(namespaceKind, name)
	if o == nil {
		o = &object{id: dupcheck.ID{Kind: namespaceKind.Kind, Name: name}}
		o.value = map[string]any{"apiVersion": "v1", "kind": namespaceKind.Kind, "metadata": map[string]any{"name": name}}
	}
	value, _ := cloned(o.value).(map[string]any)
	strip(value)
	remove(value, "metadata", "finalizers") // their controller may not be running, and could not remove them
	remove(value, "spec")                   // only finalizers, which the server sets
	return r.write(&pair{}, namespacePhase, o, value, nil)
}

// write encodes an object of a pair, or refuses the pair.
func (r *run) write(p *pair, phase string, o *object, value map[string]any, kept []string) []written {
	for _, f := range kept {
		r.findings.warn(KeptFinalizer, o, "", "keeps the finalizer %s, which is not one of Kubernetes", dupcheck.QuoteBrief(f))
	}
	data, err := encode(o, value)
	if err != nil {
		r.refuse(p, Unwritable, o, "", "%v", err)
		return nil
	}
	return []written{{phase: phase, of: o, id: o.id, bytes: data}}
}

// name sets the names of the files, which package split makes, and sorts the files.
func name(all []written) {
	for _, phase := range []string{retainPhase, releasePhase, namespacePhase, volumePhase, claimPhase} {
		var subjects []split.Subject
		for _, w := range all {
			if id := w.of.id; w.phase == phase {
				subjects = append(subjects, split.Subject{ID: id, APIVersion: "v1", Kind: id.Kind, Namespace: id.Namespace, Name: id.Name, At: w.of.at})
			}
		}
		extension := ".yaml"
		if phase == retainPhase || phase == releasePhase {
			extension = ".json"
		}
		names, _ := split.Name(subjects, split.Layout{}, extension)
		for i := range all {
			if all[i].phase == phase {
				all[i].Name, names = phase+"/"+names[0], names[1:]
			}
		}
	}
	slices.SortFunc(all, func(a, b written) int { return strings.Compare(a.Name, b.Name) })
}
