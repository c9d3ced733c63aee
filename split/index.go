package split

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The index says which files kuniq wrote, and with which bytes. It is text,
// and below its first line what sha256sum prints and checks:
//
//	# kuniq index 1: ...
//	2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  v1.Service-shop.web.yaml
//
// sorted by path. It may come from somebody else's pull request, so what is
// not exactly of this form is an error, and no path in it is believed.
const indexHeader = "# kuniq index 1: the files that kuniq split wrote here. Do not edit it.\n"

// owned is an entry of the index.
type owned struct {
	digest digest // of the bytes that kuniq wrote
	inPlan bool   // whether the plan has it, too
}

// parseIndex reads an index. The error names the line.
func parseIndex(text string) (map[string]owned, error) {
	rest, ok := strings.CutPrefix(text, indexHeader)
	if !ok {
		return nil, errors.New("line 1: not the header of a kuniq index that this version can read")
	}
	index := make(map[string]owned, len(rest)/(len(digest{})*2+24))
	last := ""
	for number := 2; rest != ""; number++ {
		var line string
		if line, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, fmt.Errorf("line %d: cut off", number)
		}
		sum, name, ok := strings.Cut(line, "  ")
		d, valid := parseDigest(sum)
		if !ok || !valid || d == (digest{}) {
			return nil, fmt.Errorf("line %d: not a SHA-256, two spaces and a path", number)
		}
		if why := badPath(name); why != "" {
			return nil, fmt.Errorf("line %d: it %s", number, why)
		}
		if name <= last {
			return nil, fmt.Errorf("line %d: out of order", number)
		}
		index[name] = owned{digest: d}
		last = name
	}
	return index, nil
}

// formatIndex writes an index. names are those in it, if they are known to be;
// sorting them takes less than sorting the keys of a map.
func formatIndex(index map[string]owned, names []string) []byte {
	names = slices.DeleteFunc(names, func(name string) bool { return !index[name].inPlan })
	if len(names) != len(index) || !slices.IsSorted(names) {
		names = slices.Sorted(maps.Keys(index))
	}
	size := len(indexHeader)
	for _, name := range names {
		size += 2*len(digest{}) + len("  \n") + len(name)
	}
	text := make([]byte, 0, size)
	text = append(text, indexHeader...)
	for _, name := range names {
		text = appendDigest(text, index[name].digest)
		text = append(text, "  "...)
		text = append(text, name...)
		text = append(text, '\n')
	}
	return text
}
