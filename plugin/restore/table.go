package restore

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
)

// The tables of facts and heuristics. Each begins with comment lines and a line of column
// names. The last column has the source of a row.
var (
	//go:embed data/kinds.tsv
	kindsTSV string
	//go:embed data/words.tsv
	wordsTSV string
	//go:embed data/references.tsv
	referencesTSV string
	//go:embed data/creators.tsv
	creatorsTSV string
	//go:embed data/sources.tsv
	sourcesTSV string
	//go:embed data/stripped.tsv
	strippedTSV string
)

// rows returns the rows of a table without the line of column names. The tables
// are part of the program, so a broken one is a bug.
func rows(table string) [][]string {
	r := csv.NewReader(strings.NewReader(table))
	r.Comma, r.Comment, r.LazyQuotes = '\t', '#', true
	all, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	return all[1:]
}

// kind is a row of kinds.tsv.
type kind struct {
	phase  Phase
	byName bool // a word in the name of the object decides first
	// makesClaims says that a controller creates claims from such an object, and deploys
	// that it may create objects of any kind.
	makesClaims, deploys bool
	// pods is the path of the PodSpec, or nil.
	pods []string
}

// reference is a row of references.tsv.
type reference struct {
	path             []string
	apiVersion, kind string // of the other object
}

var podSpec = dupcheck.GroupKind{Group: "*", Kind: "PodSpec"}

// source is a row of sources.tsv.
type source struct {
	name   string
	fields []string // the fields that identify the disk
	driver string   // the CSI driver that has replaced it, or ""
}

// tables are the tables, which are read once and only on demand.
type tables struct {
	kinds      map[dupcheck.GroupKind]kind
	words      map[string]Phase
	references map[dupcheck.GroupKind][]reference
	creators   map[dupcheck.GroupKind][][]string // paths, the first that is set counts
	sources    []source
	stripped   map[string][]string // of metadata, annotations and finalizers
}

var facts = sync.OnceValue(func() *tables {
	t := &tables{
		kinds: map[dupcheck.GroupKind]kind{}, words: map[string]Phase{}, references: map[dupcheck.GroupKind][]reference{},
		creators: map[dupcheck.GroupKind][][]string{}, stripped: map[string][]string{},
	}
	for _, r := range rows(kindsTSV) {
		k := kind{phase: phaseOf(r[2]), byName: r[3] != "", makesClaims: r[4] == "claims", deploys: r[4] == "objects"}
		if r[5] != "" {
			k.pods = strings.Split(r[5], ".")
		}
		t.kinds[dupcheck.GroupKind{Group: r[0], Kind: r[1]}] = k
	}
	for _, r := range rows(wordsTSV) {
		t.words[r[0]] = phaseOf(r[1])
	}
	for _, r := range rows(referencesTSV) {
		gk := dupcheck.GroupKind{Group: r[0], Kind: r[1]}
		t.references[gk] = append(t.references[gk], reference{strings.Split(r[2], "."), r[3], r[4]})
	}
	for _, r := range rows(sourcesTSV) {
		t.sources = append(t.sources, source{r[0], strings.Fields(r[1]), r[2]})
	}
	for _, r := range rows(strippedTSV) {
		t.stripped[r[0]] = append(t.stripped[r[0]], r[1])
	}
	for _, r := range rows(creatorsTSV) {
		gk := dupcheck.GroupKind{Group: r[0], Kind: r[1]}
		for path := range strings.SplitSeq(r[2], "|") {
			t.creators[gk] = append(t.creators[gk], strings.Split(path, "."))
		}
	}
	return t
})
