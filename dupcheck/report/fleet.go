package report

import (
	"hash/maphash"
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// fleet is an inventory in numbers. It keeps only the first place of an object, so that a
// million objects fit into memory.
type fleet struct {
	objects int
	sets    map[string]*setCount
	first   map[[2]uint64]origin // by a digest of the set and the identity
	shared  map[[2]uint64]*sharedObject
	names   map[string]*string // so that equal names are in memory once
	seeds   [2]maphash.Seed
}

// origin is where an object is declared, and whether it is elsewhere, too.
type origin struct {
	file, root *string
	line       int
	again      bool
}

// setCount counts the objects of a set by their deployers. Shared are those that are
// declared more than once.
type setCount struct {
	Name      string
	N, Shared int
	by        map[deployer]*deployerCount
}

// deployer is a rendered target, or a directory with files that are read as they are.
type deployer struct {
	Name  string
	Plain bool
}

type deployerCount struct {
	deployer
	N     int
	kinds map[string]int
}

// sharedObject is declared more than once in a set.
type sharedObject struct {
	Set    string
	ID     dupcheck.ID
	N      int
	Places []string
}

func newFleet() *fleet {
	return &fleet{
		sets: map[string]*setCount{}, first: map[[2]uint64]origin{}, shared: map[[2]uint64]*sharedObject{},
		names: map[string]*string{}, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
	}
}

func (f *fleet) add(e Entry) {
	f.objects++
	set := f.sets[e.Set]
	if set == nil {
		set = &setCount{Name: e.Set, by: map[deployer]*deployerCount{}}
		f.sets[e.Set] = set
	}
	set.N++
	d := deployer{Name: e.Root}
	if e.Root == "" {
		d = deployer{path.Dir(e.File), true}
	}
	by := set.by[d]
	if by == nil {
		by = &deployerCount{deployer: d, kinds: map[string]int{}}
		set.by[d] = by
	}
	by.N++
	by.kinds[e.Kind]++
	if e.Name != "" {
		f.meet(set, e)
	}
}

// meet notes where an object is declared.
func (f *fleet) meet(set *setCount, e Entry) {
	type object struct {
		set string
		id  dupcheck.ID
	}
	o := object{e.Set, e.ID}
	key := [2]uint64{maphash.Comparable(f.seeds[0], o), maphash.Comparable(f.seeds[1], o)}
	at := origin{file: f.name(e.File), root: f.name(e.Root), line: e.Line}
	before, known := f.first[key]
	if !known {
		f.first[key] = at
		return
	}
	if !before.again {
		set.Shared++
		before.again = true
		f.first[key] = before
		if len(f.shared) < mostShared {
			f.shared[key] = &sharedObject{Set: e.Set, ID: e.ID, N: 1, Places: []string{before.String()}}
		}
	}
	if s := f.shared[key]; s != nil {
		s.N++
		if len(s.Places) < mostPlaces {
			s.Places = append(s.Places, at.String())
		}
	}
}

func (f *fleet) name(s string) *string {
	if f.names[s] == nil {
		f.names[s] = &s
	}
	return f.names[s]
}

// String returns the place with what renders it.
func (o origin) String() string {
	s := place(dupcheck.Position{File: *o.file, Line: o.line})
	if *o.root != "" {
		s += " from " + show(*o.root)
	}
	return s
}

// pattern returns the deployer without the name of its set, so that it is equal in all
// clusters that have it.
func (d deployer) pattern(set string) string {
	if set == "" {
		return d.Name
	}
	return strings.Trim(strings.ReplaceAll("/"+d.Name+"/", "/"+set+"/", "/*/"), "/")
}
