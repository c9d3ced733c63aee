package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// pair is a claim and the volume that it is to be bound to.
type pair struct {
	claim  *claim
	volume *volume
	made   bool // the claim, from the volume
}

// state is a dump, understood.
type state struct {
	volumes map[string]*volume
	claims  map[dupcheck.ID]*claim
	// malformed are objects that could not be understood.
	malformed map[dupcheck.ID]bool
	dump      *Dump
}

func (d *Dump) state(f *findings) *state {
	s := &state{
		volumes: map[string]*volume{}, claims: map[dupcheck.ID]*claim{}, malformed: map[dupcheck.ID]bool{}, dump: d,
	}
	*f = append(*f, d.findings...)
	for _, o := range d.all(volumeKind) {
		if v := newVolume(o, f); v != nil {
			s.volumes[o.id.Name] = v
		} else {
			s.malformed[o.id] = true
		}
	}
	for _, o := range d.all(claimKind) {
		if c := newClaim(o, f); c != nil {
			s.claims[o.id] = c
		} else {
			s.malformed[o.id] = true
		}
	}
	return s
}

// sortedVolumes returns the volumes by name.
func (s *state) sortedVolumes() []*volume {
	out := make([]*volume, 0, len(s.volumes))
	for _, v := range s.volumes {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b *volume) int { return a.id.Compare(b.id) })
	return out
}

// byClaim returns the volumes that name each claim.
func (s *state) byClaim() map[dupcheck.ID][]*volume {
	out := map[dupcheck.ID][]*volume{}
	for _, v := range s.sortedVolumes() {
		if v.claim.Name != "" {
			out[v.claim] = append(out[v.claim], v)
		}
	}
	return out
}

// pairs pairs claims and volumes.
func (s *state) pairs(f *findings, makeClaims bool) []pair {
	byClaim := s.byClaim()
	var pairs []pair
	used, refused := map[*volume]bool{}, map[dupcheck.ID]bool{}
	for _, c := range s.claims {
		before := len(*f)
		if v := s.volumeOf(c, byClaim[c.id], f); v != nil {
			pairs = append(pairs, pair{claim: c, volume: v})
			used[v] = true
		}
		refused[c.id] = slices.ContainsFunc((*f)[before:], func(f Finding) bool { return f.Refuses })
	}
	pairs = onlyOnce(pairs, f)
	orphans := map[dupcheck.ID][]*volume{}
	for _, v := range s.sortedVolumes() {
		switch {
		case used[v], refused[v.claim]:
		case v.claim.Name == "":
			f.warn(LeftOut, v.object, "", "belongs to no claim; it is left out")
		case s.claims[v.claim] != nil:
			f.warn(LeftOut, v.object, "", "was released by an earlier claim %s; it is left out", v.claim)
		default:
			orphans[v.claim] = append(orphans[v.claim], v)
		}
	}
	for _, volumes := range orphans {
		pairs = append(pairs, s.orphaned(volumes, f, makeClaims)...)
	}
	slices.SortFunc(pairs, func(a, b pair) int { return a.claim.id.Compare(b.claim.id) })
	return pairs
}

// onlyOnce refuses claims that name the same volume, which then names none of
// them.
func onlyOnce(pairs []pair, f *findings) []pair {
	claims := map[*volume]int{}
	for _, p := range pairs {
		claims[p.volume]++
	}
	return slices.DeleteFunc(pairs, func(p pair) bool {
		if claims[p.volume] > 1 {
			f.refuse(Misbound, p.claim.object, "", "its volume %s is named by another claim, too", p.volume.id.Name)
			return true
		}
		return false
	})
}

// volumeOf returns the volume of a claim; named are those that name it.
func (s *state) volumeOf(c *claim, named []*volume, f *findings) *volume {
	if c.volume == "" {
		return s.unnamedVolume(c, named, f)
	}
	v := s.volumes[c.volume]
	switch {
	case v == nil && s.malformed[dupcheck.ID{Kind: volumeKind.Kind, Name: c.volume}]:
		f.refuse(ClaimWithoutVolume, c.object, "", "its volume %s cannot be understood", q(c.volume))
	case v == nil:
		f.refuse(ClaimWithoutVolume, c.object, "find a dump that has the volume; without it you cannot know which disk it was",
			"its volume %s is not in the dump", q(c.volume))
	case v.claim.Name == "": // not bound yet, or a manifest from git
		return v
	case v.claim != c.id:
		f.refuse(Misbound, c.object, "", "its volume %s belongs to %s", v.id.Name, v.claim)
	case v.claimUID != "" && c.uid != "" && v.claimUID != c.uid:
		f.refuse(Misbound, c.object, "", "its volume %s was bound to an earlier claim of the same name", v.id.Name)
	default:
		return v
	}
	return nil
}

// unnamedVolume returns the volume of a claim that names none.
func (s *state) unnamedVolume(c *claim, named []*volume, f *findings) *volume {
	named = slices.Clone(named)
	named = slices.DeleteFunc(named, func(v *volume) bool {
		return v.claimUID != "" && c.uid != "" && v.claimUID != c.uid
	})
	switch {
	case len(named) == 1:
		return named[0]
	case len(named) > 1:
		f.refuse(SeveralVolumes, c.object, "leave out of the dump all but the right one", "belongs to several volumes: %s", volumeNames(named))
	case c.phase == "Bound":
		f.refuse(ClaimWithoutVolume, c.object, "", "is bound and names no volume")
	default:
		f.warn(NeverBound, c.object, "git creates it again, with a new volume", "was bound to no volume; it is left out")
	}
	return nil
}

// orphaned decides about volumes of a claim that is not in the dump.
func (s *state) orphaned(volumes []*volume, f *findings, makeClaims bool) []pair {
	v := volumes[0]
	const advice = "make the claim from its volume (--make-claims), or find a dump that has it: was it taken with -A?"
	switch {
	case s.malformed[v.claim]:
		return nil // refused already
	case makeClaims && len(volumes) > 1:
		f.refuse(SeveralVolumes, v.object, "leave out of the dump all but the right one",
			"%s belongs to several volumes: %s", v.claim, volumeNames(volumes))
	case makeClaims && look(v.value, "spec", "capacity", "storage") == nil:
		f.refuse(Malformed, v.object, "", "has no capacity to make a claim of")
	case makeClaims:
		f.warn(MadeClaim, v.object, "compare it with git: labels and annotations are not known", "%s is made from it", v.claim)
		return []pair{{claim: madeClaim(v), volume: v, made: true}}
	default:
		for _, v := range volumes {
			if v.phase == "Bound" || v.phase == "" {
				f.refuse(VolumeWithoutClaim, v.object, advice, "its claim %s is not in the dump", v.claim)
			} else {
				f.warn(LeftOut, v.object, advice, "its claim %s is not in the dump, and it was not bound (%s); it is left out", v.claim, q(v.phase))
			}
		}
	}
	return nil
}

func volumeNames(volumes []*volume) string {
	const most = 5
	var s string
	for i, v := range volumes {
		if i == most {
			return fmt.Sprintf("%s and %d more", s, len(volumes)-most)
		}
		if i > 0 {
			s += ", "
		}
		s += v.id.Name
	}
	return s
}

// fits refuses a pair that cannot have been bound, and warns of what is odd.
func (p pair) fits(f *findings) {
	c, v := p.claim, p.volume
	if mode(c.object) != mode(v.object) {
		f.refuse(Unlike, c.object, "", "has the volume mode %s, and its volume %s", q(mode(c.object)), q(mode(v.object)))
	}
	switch {
	case c.hasClass && c.class != v.class:
		f.refuse(Unlike, c.object, "", "has the storage class %s, and its volume %s", q(c.class), q(v.class))
	case !c.hasClass: // what is pre-bound is bound whatever its class
		f.warn(NoClass, c.object, "", "names no storage class, and its volume %s: the cluster may give it the default one, and binds it all the same", q(v.class))
	}
	p.sizes(f)
	have := texts(look(v.value, "spec", "accessModes"))
	for _, m := range texts(look(c.value, "spec", "accessModes")) {
		if !slices.Contains(have, m) {
			f.warn(AccessModes, c.object, "", "asks for %s, which its volume does not have", q(m))
		}
	}
	p.conditions(f)
}

func (p pair) sizes(f *findings) {
	want, ok := quantity(look(p.claim.value, "spec", "resources", "requests", "storage"))
	if !ok {
		f.refuse(Malformed, p.claim.object, "", "spec.resources.requests.storage is no quantity")
		return
	}
	have, ok := quantity(look(p.volume.value, "spec", "capacity", "storage"))
	if !ok {
		f.refuse(Malformed, p.volume.object, "", "spec.capacity.storage is no quantity")
		return
	}
	if want.Cmp(have) > 0 {
		f.warn(BiggerClaim, p.claim.object, "an expansion was under way: the driver goes on with it once the claim is bound",
			"asks for %s, and its volume has %s", want.String(), have.String())
	}
}

// conditions warns of what the dump says about the state of the two.
func (p pair) conditions(f *findings) {
	c, v := p.claim, p.volume
	for _, o := range []*object{c.object, v.object} {
		if !p.made && o.deleting() {
			f.warn(WasDeleting, o, "make sure that it is wanted", "was being deleted when the dump was taken")
		}
	}
	switch v.phase {
	case "Failed":
		f.warn(WasFailed, v.object, "look for the disk before anything is created: it may be gone", "had failed when the dump was taken")
	case "Released":
		if !p.made {
			f.warn(WasDeleting, v.object, "make sure that it is wanted", "was released when the dump was taken")
		}
	}
	if v.onOneNode() {
		f.warn(OneNode, v.object, "the node must be there, under the same name, with its disk", "is a part of a node: %s", q(strings.Join(v.nodes(), "; ")))
	}
}

// onOneNode says whether the volume is a part of a node.
func (v *volume) onOneNode() bool { return v.source == "local" || v.source == "hostPath" }
