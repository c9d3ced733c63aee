package restore

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
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
	for _, r := range tsv.Rows(kindsTSV) {
		k := kind{phase: phaseOf(r["phase"]), byName: r["by_name"] != "", makesClaims: r["makes"] == "claims", deploys: r["makes"] == "objects"}
		if r["pods"] != "" {
			k.pods = strings.Split(r["pods"], ".")
		}
		t.kinds[kindIn(r)] = k
	}
	for _, r := range tsv.Rows(wordsTSV) {
		t.words[r["word"]] = phaseOf(r["phase"])
	}
	for _, r := range tsv.Rows(referencesTSV) {
		gk := kindIn(r)
		t.references[gk] = append(t.references[gk], reference{strings.Split(r["path"], "."), r["to_apiversion"], r["to_kind"]})
	}
	for _, r := range tsv.Rows(sourcesTSV) {
		t.sources = append(t.sources, source{r["source"], strings.Fields(r["fields"]), r["driver"]})
	}
	for _, r := range tsv.Rows(strippedTSV) {
		t.stripped[r["where"]] = append(t.stripped[r["where"]], r["name"])
	}
	for _, r := range tsv.Rows(creatorsTSV) {
		for path := range strings.SplitSeq(r["path"], "|") {
			t.creators[kindIn(r)] = append(t.creators[kindIn(r)], strings.Split(path, "."))
		}
	}
	return t
})

func kindIn(row map[string]string) dupcheck.GroupKind {
	return dupcheck.GroupKind{Group: row["group"], Kind: row["kind"]}
}
