package soundness

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// String is the files of base, and those of head that differ.
func (h history) String() string {
	var out strings.Builder
	for _, name := range h.base.names() {
		fmt.Fprintf(&out, "-- base/%s --\n%s", name, h.base[name])
	}
	for _, name := range h.head.names() {
		if h.head[name] != h.base[name] {
			fmt.Fprintf(&out, "-- head/%s --\n%s", name, h.head[name])
		}
	}
	for _, name := range h.base.names() {
		if _, ok := h.head[name]; !ok {
			fmt.Fprintf(&out, "-- not in head: %s\n", name)
		}
	}
	return out.String()
}

// reduce takes away what does not matter for a property.
func (h history) reduce(holds func(history) bool) history {
	for smaller := true; smaller; {
		smaller = false
		for _, candidate := range h.smaller() {
			if holds(candidate) {
				h, smaller = candidate, true
				break
			}
		}
	}
	return h
}

// smaller are the histories with one thing less: a file, a change, a document, a
// line.
func (h history) smaller() (all []history) {
	add := func(change func(base, head tree)) {
		next := history{h.flux, maps.Clone(h.base), maps.Clone(h.head), h.reversed}
		change(next.base, next.head)
		if !maps.Equal(next.base, h.base) || !maps.Equal(next.head, h.head) {
			all = append(all, next)
		}
	}
	union := maps.Clone(h.base)
	maps.Copy(union, h.head)
	for _, name := range union.names() {
		add(func(base, head tree) { delete(base, name); delete(head, name) })
	}
	for _, name := range union.names() {
		add(func(base, head tree) {
			if text, ok := base[name]; ok {
				head[name] = text
			} else {
				delete(head, name)
			}
		})
	}
	for _, name := range union.names() {
		for _, piece := range pieces(union[name]) {
			add(func(base, head tree) {
				for _, t := range []tree{base, head} {
					if text, ok := t[name]; ok {
						t[name] = strings.Replace(text, piece, "", 1)
					}
				}
			})
		}
	}
	return all
}

// pieces are the documents of a file, or the resources of a kustomization.
func pieces(text string) (all []string) {
	if docs := strings.SplitAfter(text, "---\n"); len(docs) > 1 {
		return docs
	}
	if !strings.Contains(text, "resources:") {
		return nil
	}
	return slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(s string) bool { return !strings.HasPrefix(strings.TrimSpace(s), "- ") })
}

// rule is what a finding is about.
func rule(finding string) string {
	name, _, _ := strings.Cut(finding, ":")
	return name
}

// TestHunt tries as many histories as KUNIQ_SOUNDNESS_SEEDS says, from..to, or as
// there is time for, and writes minimal cases to the directory of
// KUNIQ_SOUNDNESS_OUT.
func TestHunt(t *testing.T) {
	dir := os.Getenv("KUNIQ_SOUNDNESS_OUT")
	if dir == "" {
		t.Skip("KUNIQ_SOUNDNESS_OUT is not set")
	}
	var from, to int
	if _, err := fmt.Sscanf(os.Getenv("KUNIQ_SOUNDNESS_SEEDS"), "%d..%d", &from, &to); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	deadline, limited := t.Deadline()
	for n := from; n < to && (!limited || time.Until(deadline) > time.Minute); n++ {
		h := newHistory(seed(n))
		counts["tried"]++
		if lost := h.lost(); len(lost.possible)+len(lost.unknown) > 0 {
			counts["losing"]++
		}
		v, err := h.judge()
		kind := v.kind()
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", n, err, h)
		}
		if kind == "" {
			continue
		}
		counts[kind]++
		small := h.reduce(func(h history) bool {
			w, err := h.judge()
			return err == nil && w.kind() == kind && rule(w.why()) == rule(v.why())
		})
		w, _ := small.judge()
		write(t, filepath.Join(dir, fmt.Sprintf("%s-%d", kind, n)), small, w.why()+"\n")
	}
	t.Log(counts)
}

func (v verdict) why() string { return v.green + v.missed + v.red }

// kind is the name of what is wrong.
func (v verdict) kind() string {
	switch {
	case v.green != "":
		return "green"
	case v.missed != "":
		return "missed"
	case v.red != "":
		return "red"
	}
	return ""
}

func write(t *testing.T, dir string, h history, why string) {
	t.Helper()
	for side, files := range map[string]tree{"base": h.base, "head": h.head} {
		for name, text := range files {
			name = filepath.Join(dir, side, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "why.md"), []byte(why), 0o644); err != nil {
		t.Fatal(err)
	}
}
