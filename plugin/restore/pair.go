package restore

import (
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// pair is a claim and its future volume, and the steps that bind them.
type pair struct {
	claim  *claim
	volume *volume
	made   bool // the claim was made from the volume
	// refused says that nothing is done.
	refused bool
	// createVolume and createClaim say that the cluster lacks them.
	createVolume, createClaim bool
	// live is the volume in the present cluster, or nil.
	live *volume
	// retain says that the live volume needs the policy Retain.
	retain bool
	// release says that the live volume has to be released from a deleted claim, and reserve
	// that it has to be reserved for the claim.
	release, reserve bool
	// unbound says that the cluster has both, but has not bound them.
	unbound bool
}

// cluster is a dump with decoded volumes and claims.
type cluster struct {
	volumes map[string]*volume
	claims  map[dupcheck.ID]*claim
	// malformed are objects that could not be decoded.
	malformed map[dupcheck.ID]bool
	dump      *Dump
}

func (d *Dump) cluster(f *findings) *cluster {
	s := &cluster{
		volumes: map[string]*volume{}, claims: map[dupcheck.ID]*claim{}, malformed: map[dupcheck.ID]bool{}, dump: d,
	}
	*f = append(*f, d.findings...)
	for _, o := range d.all(volumeKind) {
		v := newVolume(o, f)
		if s.malformed[o.id] = v == nil; v != nil {
			s.volumes[o.id.Name] = v
		}
	}
	for _, o := range d.all(claimKind) {
		c := newClaim(o, f)
		if s.malformed[o.id] = c == nil; c != nil {
			s.claims[o.id] = c
		}
	}
	return s
}

// sortedVolumes returns the volumes by name.
func (s *cluster) sortedVolumes() []*volume {
	return slices.SortedFunc(maps.Values(s.volumes), func(a, b *volume) int { return a.id.Compare(b.id) })
}

// pairs pairs claims and volumes.
func (s *cluster) pairs(f *findings, makeClaims bool) []*pair {
	named := map[dupcheck.ID][]*volume{} // the volumes that name each claim
	for _, v := range s.sortedVolumes() {
		if v.claim.Name != "" {
			named[v.claim] = append(named[v.claim], v)
		}
	}
	var pairs []*pair
	used, refused := map[*volume]bool{}, map[dupcheck.ID]bool{}
	for _, c := range s.claims {
		before := len(*f)
		if v := s.volumeOf(c, named[c.id], f); v != nil {
			pairs = append(pairs, &pair{claim: c, volume: v})
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
	slices.SortFunc(pairs, func(a, b *pair) int { return a.claim.id.Compare(b.claim.id) })
	return pairs
}

// onlyOnce refuses claims that name the same volume, if the volume names none.
func onlyOnce(pairs []*pair, f *findings) []*pair {
	claims := map[*volume]int{}
	for _, p := range pairs {
		claims[p.volume]++
	}
	return slices.DeleteFunc(pairs, func(p *pair) bool {
		if claims[p.volume] > 1 {
			f.refuse(Misbound, p.claim.object, "", "its volume %s is named by another claim, too", p.volume.id.Name)
			return true
		}
		return false
	})
}

// volumeOf returns the volume of a claim. named are the volumes that name it.
func (s *cluster) volumeOf(c *claim, named []*volume, f *findings) *volume {
	if c.volume == "" {
		return s.unnamedVolume(c, named, f)
	}
	v := s.volumes[c.volume]
	switch {
	case v == nil && s.malformed[dupcheck.ID{Kind: volumeKind.Kind, Name: c.volume}]:
		f.refuse(ClaimWithoutVolume, c.object, "", "its volume %s cannot be understood", dupcheck.QuoteBrief(c.volume))
	case v == nil:
		f.refuse(ClaimWithoutVolume, c.object, "find a dump that has the volume; without it you cannot know which disk it was",
			"its volume %s is not in the dump", dupcheck.QuoteBrief(c.volume))
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
func (s *cluster) unnamedVolume(c *claim, named []*volume, f *findings) *volume {
	named = slices.DeleteFunc(slices.Clone(named), func(v *volume) bool {
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
func (s *cluster) orphaned(volumes []*volume, f *findings, makeClaims bool) []*pair {
	v := volumes[0]
	const advice = "find a dump that has it (was it taken with -A?), or make the claim from its volume"
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
		return []*pair{{claim: madeClaim(v), volume: v, made: true}}
	default:
		for _, v := range volumes {
			if v.phase == "Bound" || v.phase == "" {
				f.refuse(VolumeWithoutClaim, v.object, advice, "its claim %s is not in the dump", v.claim).Option = OptionMakeClaims
			} else {
				f.warn(LeftOut, v.object, advice, "its claim %s is not in the dump, and it was not bound (%s); it is left out", v.claim, dupcheck.QuoteBrief(v.phase)).Option = OptionMakeClaims
			}
		}
	}
	return nil
}

func volumeNames(volumes []*volume) string {
	names := make([]string, len(volumes))
	for i, v := range volumes {
		names[i] = v.id.Name
	}
	return report.Few(names, 5)
}

// fits refuses a pair that cannot have been bound, and warns of oddities.
func (r *run) fits(p *pair) {
	c, v := p.claim, p.volume
	if mode(c.object) != mode(v.object) {
		r.refuse(p, Unlike, c.object, "", "has the volume mode %s, and its volume %s", dupcheck.QuoteBrief(mode(c.object)), dupcheck.QuoteBrief(mode(v.object)))
	}
	switch {
	case c.hasClass && c.class != v.class:
		r.refuse(p, Unlike, c.object, "", "has the storage class %s, and its volume %s", dupcheck.QuoteBrief(c.class), dupcheck.QuoteBrief(v.class))
	case !c.hasClass: // a claim that names its volume is bound regardless of its class
		r.findings.warn(NoClass, c.object, "", "names no storage class, and its volume has %s: the cluster may give the claim the default class, and binds it in any case", dupcheck.QuoteBrief(v.class))
	}
	r.sizes(p)
	have := texts(look(v.value, "spec", "accessModes"))
	for _, m := range texts(look(c.value, "spec", "accessModes")) {
		if !slices.Contains(have, m) {
			r.findings.warn(AccessModes, c.object, "", "asks for %s, which its volume does not have", dupcheck.QuoteBrief(m))
		}
	}
	r.conditions(p)
}

func (r *run) sizes(p *pair) {
	want, ok := quantity(look(p.claim.value, "spec", "resources", "requests", "storage"))
	if !ok {
		r.refuse(p, Malformed, p.claim.object, "", "spec.resources.requests.storage is not a quantity")
		return
	}
	have, ok := quantity(look(p.volume.value, "spec", "capacity", "storage"))
	if !ok {
		r.refuse(p, Malformed, p.volume.object, "", "spec.capacity.storage is not a quantity")
		return
	}
	if want.Cmp(have) > 0 {
		r.findings.warn(BiggerClaim, p.claim.object, "an expansion was under way: the driver goes on with it once the claim is bound",
			"asks for %s, and its volume has %s", want.String(), have.String())
	}
}

// conditions warns of a claim or volume that had a problem when the dump was taken.
func (r *run) conditions(p *pair) {
	c, v := p.claim, p.volume
	for _, o := range []*object{c.object, v.object} {
		if !p.made && o.deleting() {
			r.findings.warn(WasDeleting, o, "make sure that it is wanted", "was being deleted when the dump was taken")
		}
	}
	switch v.phase {
	case "Failed":
		r.findings.warn(WasFailed, v.object, "look for the disk before anything is created: it may be gone", "had failed when the dump was taken")
	case "Released":
		if !p.made {
			r.findings.warn(WasDeleting, v.object, "make sure that it is wanted", "was released when the dump was taken")
		}
	}
	if v.onOneNode() {
		r.findings.warn(OneNode, v.object, "the node must be there, under the same name, with its disk", "is a part of a node: %s", dupcheck.QuoteBrief(strings.Join(v.nodes(), "; ")))
	}
}

// onOneNode says whether the volume is a part of a node.
func (v *volume) onOneNode() bool { return v.source == "local" || v.source == "hostPath" }
