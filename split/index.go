package split

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/split/journal"
)

// indexName is where kuniq keeps the index of an output directory. It has no extension
// that Argo CD, Flux or kustomize would read.
const indexName = journal.OwnPrefix + "index"

// The index lists the files that kuniq wrote, with their digests. It is text, and below
// its first line sha256sum can print and check it:
//
//	# kuniq index 1: ...
//	2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  v1.Service-shop.web.yaml
//
// It is sorted by path. It may come from an untrusted pull request, so anything that does
// not have exactly this form is an error, and no path in it is trusted.
const indexHeader = "# kuniq index 1: the files that kuniq split wrote here. Do not edit it.\n"

// owned is an entry of the index.
type owned struct {
	digest journal.Digest // of the bytes that kuniq wrote
	inPlan bool           // whether the plan has it, too
	// replaced says that it is among the changes with other bytes.
	replaced bool
}

// parseIndex reads an index. The error names the line.
func parseIndex(text string) (map[string]owned, error) {
	rest, ok := strings.CutPrefix(text, indexHeader)
	if strings.HasPrefix(text, strings.TrimSuffix(indexHeader, "\n")+"\r\n") {
		return nil, errors.New("git has changed its line ends to CRLF, and those of the files: write \"* -text\" to .gitattributes and check out again")
	}
	if !ok {
		return nil, errors.New("line 1: not the header of a kuniq index that this version can read")
	}
	index := make(map[string]owned, len(rest)/(len(journal.Digest{})*2+24))
	last := ""
	for number := 2; rest != ""; number++ {
		var line string
		if line, rest, ok = strings.Cut(rest, "\n"); !ok {
			return nil, fmt.Errorf("line %d: cut off", number)
		}
		sum, name, ok := strings.Cut(line, "  ")
		d, valid := journal.ParseDigest(sum)
		if !ok || !valid || d == (journal.Digest{}) {
			return nil, fmt.Errorf("line %d: not a SHA-256, two spaces and a path", number)
		}
		if why := journal.BadPath(name); why != "" {
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

// formatIndex writes an index that has the files of another one, but those that
// are replaced, and the new files of some changes.
func formatIndex(index map[string]owned, changes []journal.Change) []byte {
	type entry struct {
		name   string
		digest journal.Digest
	}
	entries := make([]entry, 0, len(index)+len(changes))
	size := len(indexHeader)
	add := func(name string, d journal.Digest) {
		entries = append(entries, entry{name, d})
		size += 2*len(d) + len("  \n") + len(name)
	}
	for i := range changes {
		if c := &changes[i]; !c.IsDelete() {
			add(c.Path, c.New)
		}
	}
	for name, o := range index {
		if !o.replaced {
			add(name, o.digest)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	text := make([]byte, 0, size)
	text = append(text, indexHeader...)
	for i := range entries {
		text = entries[i].digest.AppendTo(text)
		text = append(text, "  "...)
		text = append(text, entries[i].name...)
		text = append(text, '\n')
	}
	return text
}

// readIndex reads which files earlier runs wrote.
func (d *diff) readIndex() error {
	root := d.run.Tree.Look(".")
	if root.Blocked != "" {
		return fmt.Errorf("%s: %s", dupcheck.Quote(d.run.Place(".")), root.Why)
	}
	d.index = map[string]owned{}
	typ, there := root.Entries[indexName]
	if !there {
		return nil
	}
	if !typ.IsRegular() {
		return fmt.Errorf("%s: %s", dupcheck.Quote(d.run.Place(indexName)), journal.WhatIs(typ))
	}
	text, err := journal.ReadText(d.run.Top, indexName)
	if err != nil {
		return d.run.Failed(indexName, err)
	}
	d.oldIndex = journal.DigestOf([][]byte{text})
	d.index, err = parseIndex(string(text))
	return d.run.Failed(indexName, err)
}

// addIndex makes the new index the last change. Removals come first, because on some file
// systems a new file may need the place of a removed one.
func (d *diff) addIndex() {
	slices.SortFunc(d.changes, func(a, b journal.Change) int {
		switch {
		case a.IsDelete() && !b.IsDelete():
			return -1
		case b.IsDelete() && !a.IsDelete():
			return 1
		}
		return journal.ComparePaths(a.Path, b.Path)
	})
	if !d.newIndex {
		return
	}
	text := [][]byte{formatIndex(d.index, d.changes)}
	d.changes = append(d.changes, journal.Change{Path: indexName, Parts: text, New: journal.DigestOf(text), Old: d.oldIndex})
}

const otherExtension = "has another extension than manifests have"

// isManifest says whether a name has an extension of manifests. Only such
// files are written and removed.
func (o *WriteOptions) isManifest(name string) bool {
	return manifest.HasExtension(name) || o.Extension != "" && strings.HasSuffix(name, o.Extension)
}
