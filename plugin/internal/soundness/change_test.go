package soundness

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// change changes a tree, and says whether there was anything to change.
type change func(*dice, tree) bool

// changes are those of files and of documents, by how often they are to be.
var changes = []change{
	editDocument, editDocument, editDocument, editDocument, editDocument, editDocument, editDocument, editDocument,
	editKustomization, editKustomization, editKustomization, editKustomization,
	deleteFile, deleteFile, deleteDirectory, moveFile, moveFile, moveDirectory, renameEverywhere, copyDirectory,
	dropDocument, moveDocument, copyDocument, copyDocument, breakFile, swapFiles, wrapFile, editIgnore, disableFile, harmless, harmless,
}

// changed is a tree with a few changes.
func changed(d *dice, base tree) tree {
	for range 20 {
		head := maps.Clone(base)
		for range pick(d, 1, 1, 1, 2, 2, 4) {
			if len(head) > 0 { // one of them may take the last file
				pick(d, changes...)(d, head)
			}
		}
		if !maps.Equal(base, head) {
			return head
		}
	}
	return base
}

func (t tree) any(d *dice) string { return pick(d, t.names()...) }

func deleteFile(d *dice, t tree) bool {
	delete(t, t.any(d))
	return true
}

func deleteDirectory(d *dice, t tree) bool {
	for _, name := range t.below(pick(d, t.dirs()...)) {
		delete(t, name)
	}
	return true
}

func (t tree) move(from, to string) bool {
	if _, there := t[to]; there {
		return false
	}
	t[to] = t[from]
	delete(t, from)
	return true
}

func moveFile(d *dice, t tree) bool {
	from := t.any(d)
	return t.move(from, path.Join(pick(d, append(t.dirs(), "elsewhere")...), path.Base(from)))
}

// disableFile gives a file a name that makes it no manifest, or another one.
func disableFile(d *dice, t tree) bool {
	from := t.any(d)
	return t.move(from, pick(d, from+".bak", path.Join(path.Dir(from), "z-"+path.Base(from)), strings.TrimSuffix(from, path.Ext(from))+".yml"))
}

func moveDirectory(d *dice, t tree) bool {
	from := pick(d, t.dirs()...)
	to := pick(d, from+"-old", "elsewhere/"+path.Base(from), path.Join(path.Dir(from), "new"))
	for _, name := range t.below(from) {
		t.move(name, to+strings.TrimPrefix(name, from))
	}
	return true
}

// renameEverywhere moves a directory and what mentions it.
func renameEverywhere(d *dice, t tree) bool {
	from := pick(d, t.dirs()...)
	if slices.Contains(handDirs, path.Base(from)) {
		return false
	}
	moved := tree{}
	for name, text := range t {
		if strings.HasPrefix(name, from+"/") {
			name = from + "-new" + strings.TrimPrefix(name, from)
		}
		for _, end := range []string{"\n", "/", ",", "}"} {
			text = strings.ReplaceAll(text, from+end, from+"-new"+end)
		}
		moved[name] = text
	}
	clear(t)
	maps.Copy(t, moved)
	return true
}

// copyDirectory copies a directory, and what its files say of it: such as a further
// environment.
func copyDirectory(d *dice, t tree) bool {
	from := pick(d, t.dirs()...)
	for _, name := range t.below(from) {
		text := t[name]
		for _, end := range []string{"\n", "/", ",", "}"} {
			text = strings.ReplaceAll(text, from+end, from+"-copy"+end)
		}
		t[from+"-copy"+strings.TrimPrefix(name, from)] = text
	}
	return true
}

func swapFiles(d *dice, t tree) bool {
	a, b := t.any(d), t.any(d)
	t[a], t[b] = t[b], t[a]
	return true
}

// wrapFile writes the objects of a file as a list, or in another order.
func wrapFile(d *dice, t tree) bool {
	p, ok := t.document(d, func(doc fields) bool { return at(doc, "metadata", "name") != nil })
	if !ok {
		return false
	}
	if d.may(30) {
		slices.Reverse(p.docs)
		return t.write(p)
	}
	var items []any
	for _, doc := range p.docs {
		items = append(items, doc)
	}
	p.docs = []fields{{"apiVersion": "v1", "kind": "List", "items": items}}
	return t.write(p)
}

func breakFile(d *dice, t tree) bool {
	t[t.any(d)] += pick(d, "\n: [\n", "\n\tx\n", "---\nkind: Broken\n", "{{ .Values.x }}\n")
	return true
}

func editIgnore(d *dice, t tree) bool {
	name := path.Join(pick(d, append(t.dirs(), ".")...), ".sourceignore")
	t[name] += pick(d, "a.yaml", "/apps", "*.yaml\n!/clusters/**", "apps/*", "docs/", "# nothing", "/kubernetes/apps/media", "overlays/", "*.md") + "\n"
	return true
}

// harmless changes nothing that matters, unless something is very wrong.
func harmless(d *dice, t tree) bool {
	switch name := t.any(d); d.n(5) {
	case 0:
		t["README.md"] += "more\n"
	case 1:
		if isYAML(name) {
			t[name] = "# comment\n" + t[name]
		}
	case 2:
		t[name] = strings.Replace(t[name], "size: small", "size: large", 1)
	case 3:
		t["docs/notes.txt"] += "x\n"
	case 4: // not so harmless
		t[path.Join(pick(d, t.dirs()...), ".argocd-source.yaml")] = "kustomize: {nameSuffix: -written}\n"
	}
	return true
}

// place is a document of a file.
type place struct {
	file string
	docs []fields
	i    int
}

// document picks one that is readable and that a kind does not rule out.
func (t tree) document(d *dice, wanted func(doc fields) bool) (p place, found bool) {
	var all []place
	for _, name := range t.names() {
		docs, err := documents(t[name])
		if !isYAML(name) || err != nil {
			continue
		}
		for i, doc := range docs {
			if wanted(doc) {
				all = append(all, place{name, docs, i})
			}
		}
	}
	if len(all) == 0 {
		return p, false
	}
	return pick(d, all...), true
}

func anyDocument(fields) bool { return true }

// write puts the documents back. Of none no file is left.
func (t tree) write(p place) bool {
	if len(p.docs) == 0 {
		delete(t, p.file)
	} else {
		t[p.file] = text(p.docs...)
	}
	return true
}

func dropDocument(d *dice, t tree) bool {
	p, ok := t.document(d, anyDocument)
	p.docs = slices.Delete(p.docs, p.i, min(p.i+1, len(p.docs)))
	return ok && t.write(p)
}

// moveDocument moves one to another file of manifests.
func moveDocument(d *dice, t tree) bool {
	p, ok := t.document(d, func(doc fields) bool { return at(doc, "metadata", "name") != nil })
	to, ok2 := t.document(d, func(doc fields) bool { return at(doc, "metadata", "name") != nil })
	if !ok || !ok2 || p.file == to.file {
		return false
	}
	to.docs = append(to.docs, p.docs[p.i])
	p.docs = slices.Delete(p.docs, p.i, p.i+1)
	return t.write(to) && t.write(p)
}

// copyDocument copies a deployer to a file of its own, and may change the copy.
func copyDocument(d *dice, t tree) bool {
	p, ok := t.document(d, func(doc fields) bool { return at(doc, "spec") != nil })
	if !ok {
		return false
	}
	name := path.Join(path.Dir(p.file), pick(d, "a-copy.yaml", "z-copy.yaml"))
	t[name] = text(p.docs[p.i])
	if d.may(50) {
		docs, _ := documents(t[name])
		return editOne(d, t, place{name, docs, 0})
	}
	return true
}
