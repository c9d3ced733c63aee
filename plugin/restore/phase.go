package restore

import (
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// The phases, which are directories.
const (
	retainPhase    = "1-retain"
	releasePhase   = "2-release"
	namespacePhase = "3-namespaces"
	volumePhase    = "4-volumes"
	claimPhase     = "5-claims"
	restoreName    = "RESTORE.md"
)

// written is a file before it has a name.
type written struct {
	phase string
	of    *object
	id    dupcheck.ID // of what is in the file, or the zero ID for a patch
	bytes []byte
}

// phaseFile is a file of a phase.
type phaseFile struct {
	split.File
	of *object
}

// files makes the files of all phases. What cannot be written is refused.
func (r *run) files(actions []*action) []phaseFile {
	var all []written
	spaces := map[string]bool{}
	for _, a := range actions {
		made, ok := r.manifests(a)
		if !ok {
			a.refused = true
		}
		if a.retain {
			all = append(all, written{retainPhase, a.live.object, dupcheck.ID{}, patchBytes(retainPatch(a.live))})
		}
		if a.refused {
			continue
		}
		switch {
		case a.release:
			all = append(all, written{releasePhase, a.live.object, dupcheck.ID{}, patchBytes(releasePatch(a.live))})
		case a.reserve:
			all = append(all, written{releasePhase, a.live.object, dupcheck.ID{}, patchBytes(reservePatch(a.live, a.claim))})
		}
		all = append(all, made...)
		spaces[a.claim.id.Namespace] = spaces[a.claim.id.Namespace] || a.createClaim
	}
	for _, name := range slices.Sorted(maps.Keys(spaces)) {
		if spaces[name] && !slices.Contains(builtIn, name) {
			all = append(all, r.namespace(name)...)
		}
	}
	return named(all)
}

// manifests makes the volume and the claim of a pair, as far as they are gone.
func (r *run) manifests(a *action) (out []written, ok bool) {
	if a.refused {
		return nil, true
	}
	if a.createVolume {
		value, kept := a.volume.restored(a.claim)
		out = append(out, r.write(volumePhase, a.volume.object, value, kept)...)
	}
	if a.createClaim {
		value, kept := a.claim.restored(a.volume)
		out = append(out, r.write(claimPhase, a.claim.object, value, kept)...)
	}
	want := 0
	for _, create := range []bool{a.createVolume, a.createClaim} {
		if create {
			want++
		}
	}
	return out, len(out) == want
}

// namespace makes the namespace of claims, as it was if the dump has it, unless
// it is there.
func (r *run) namespace(name string) []written {
	if r.present != nil && r.present.dump.find(namespaceKind, "", name) != nil {
		return nil
	}
	o := r.lost.dump.find(namespaceKind, "", name)
	if o == nil {
		o = &object{id: dupcheck.ID{Kind: namespaceKind.Kind, Name: name}}
		o.value = map[string]any{"apiVersion": "v1", "kind": namespaceKind.Kind, "metadata": map[string]any{"name": name}}
	}
	value, _ := cloned(o.value).(map[string]any)
	strip(value)
	remove(value, "metadata", "finalizers") // their controller may not be there to remove them
	remove(value, "spec")                   // only finalizers, which the server sets
	return r.write(namespacePhase, o, value, nil)
}

// write encodes an object, or refuses it.
func (r *run) write(phase string, o *object, value map[string]any, kept []string) []written {
	for _, f := range kept {
		r.findings.warn(KeptFinalizer, o, "", "keeps the finalizer %s, which is none of Kubernetes' own", q(f))
	}
	data, err := encode(o, value)
	if err != nil {
		r.findings.refuse(Unwritable, o, "", "%v", err)
		return nil
	}
	return []written{{phase, o, o.id, data}}
}

// named gives the files their names, which package split makes.
func named(all []written) []phaseFile {
	var files []phaseFile
	for phase, group := range byPhase(all) {
		subjects := make([]split.Subject, len(group))
		extension := ".yaml"
		for i, w := range group {
			id := w.of.id
			subjects[i] = split.Subject{
				ID: id, APIVersion: "v1", Kind: id.Kind, Namespace: id.Namespace, Name: id.Name, At: w.of.at,
			}
			if w.id == (dupcheck.ID{}) {
				extension = ".json"
			}
		}
		names, _ := split.Name(subjects, split.Layout{}, extension)
		for i, w := range group {
			files = append(files, phaseFile{split.File{
				Name: phase + "/" + names[i], ID: w.id, From: w.of.at, How: split.Reencoded, Parts: [][]byte{w.bytes},
			}, w.of})
		}
	}
	return files
}

func byPhase(all []written) map[string][]written {
	out := map[string][]written{}
	for _, w := range all {
		out[w.phase] = append(out[w.phase], w)
	}
	return out
}
