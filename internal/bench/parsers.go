package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// readers are the rows of the parsers' tables: a name of the command parse, and
// what a person calls it.
var readers = []struct{ name, title string }{
	{"kuniq", "kuniq: objects with their places"},
	{"kuniq-check", "kuniq: the same, and the search for duplicates"},
	{"yaml/v3-node", "go.yaml.in/yaml/v3 v3.0.6, Node"},
	{"yaml/v3-head", "go.yaml.in/yaml/v3 v3.0.6, struct of the five fields"},
	{"yaml/v4-node", "go.yaml.in/yaml/v4 v4.0.0, Node"},
	{"sigs-head", "sigs.k8s.io/yaml v1.6.0, struct of the five fields"},
	{"kyaml", "kyaml v0.21.2, ByteReader"},
	{"goccy-ast", "goccy/go-yaml v1.19.2, tree with comments"},
	{"goccy-head", "goccy/go-yaml v1.19.2, struct of the five fields"},
	{"yamlreader", "k8s.io/apimachinery v0.37.2, YAMLReader: finds documents, decodes nothing"},
	{"sha256", "floor: crypto/sha256"},
	{"count", `floor: bytes.Count of "\nkind:"`},
}

const yardstick = "yaml/v3-node"

// A corpus is one file for the parsers.
type corpus struct {
	title, text string
	n, quick    int // how many objects, 0 for all real ones
	objects     func(*bench) object
	aim         float64 // times the yardstick; 0 for none
	checked     float64 // the same with the search for duplicates
}

var corpora = []corpus{
	{"real manifests", "All objects of the modules, each once.", 0, 400, func(b *bench) object { return realObjects(b.files) }, 45, 0},
	{"small objects", "ConfigMaps of 134 bytes, made by the command.", 50_000, 2000, func(*bench) object { return small }, 20, 20},
	{"huge definitions", "CustomResourceDefinitions of 400 kB, made by the command.", 20, 2, func(*bench) object { return definition }, 0, 0},
	{"deep trees", "Objects with mappings 60 deep, made by the command.", 200, 20, func(*bench) object { return deep }, 0, 0},
}

// races are the corpora, each for all parsers, in memory.
func races() (all parts) {
	for _, c := range corpora {
		all = append(all, c.race)
	}
	return all
}

// race lets all parsers read one corpus.
func (c corpus) race(b *bench, ctx context.Context) (table, error) {
	defer b.remove("corpus.yaml")
	n := cmp.Or(b.scaled(c.n, c.quick), len(slices.Concat(b.files...)))
	w, err := writeStream(b.path("corpus.yaml"), n, c.objects(b))
	if err != nil {
		return table{}, err
	}
	all, results := contest{rounds: b.runs}, make([][]taken, len(readers))
	for i, reader := range readers {
		all.entries = append(all.entries, entry{
			often: c.aim > 0 && (reader.name == "kuniq" || reader.name == yardstick) || c.checked > 0 && reader.name == "kuniq-check",
			name:  c.title + ": " + reader.title,
			cmd:   command{Args: []string{b.tools["parse"], reader.name, b.path("corpus.yaml")}, Pipe: true},
			check: func(s sample) error {
				t, err := decode(s, n)
				results[i] = append(results[i], t)
				return err
			},
		})
	}
	if err := all.run(ctx); err != nil {
		return table{}, err
	}
	return parserTable(b, c, w, &all, results), nil
}

// taken is what the command parse prints.
type taken struct{ Seconds, Processor, Allocated, Objects float64 }

// decode returns what a parser took, if it has seen all objects.
func decode(s sample, objects int) (taken, error) {
	var t taken
	if err := says("")(s); err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(s.Output), &t); err != nil {
		return t, err
	}
	if t.Objects != float64(objects) {
		return t, fmt.Errorf("it saw %.0f objects, want %d", t.Objects, objects)
	}
	return t, nil
}

func parserTable(b *bench, c corpus, w written, all *contest, results [][]taken) table {
	t := table{
		title:  "Parsers: " + c.title,
		text:   fmt.Sprintf("%s %d objects, %s.", c.text, w.objects, size(w.bytes)),
		header: []string{"parser", "MB/s", "speed, × yaml/v3 Node", "the same in processor time", "allocated per input byte", "peak memory of the process"},
	}
	times, used := map[string][]float64{}, map[string][]float64{}
	for i, r := range readers {
		for _, one := range results[i] {
			times[r.name] = append(times[r.name], one.Seconds)
			used[r.name] = append(used[r.name], one.Processor)
		}
	}
	for i, reader := range readers {
		p := reader.name
		t.rows = append(t.rows, []string{
			reader.title, number(float64(w.bytes) / 1e6 / spreadOf(times[p]).median), ratios(times[yardstick], times[p]).times(), number(ratios(used[yardstick], used[p]).median),
			number(results[i][0].Allocated / float64(w.bytes)), size(peak(all.results[i])),
		})
	}
	if c.aim > 0 {
		got := ratios(times[yardstick], times["kuniq"]).median
		t.aims = []aim{{text: "kuniq against yaml/v3 Node, on one goroutine", got: got, limit: c.aim, atLeast: true}}
		if c.checked > 0 {
			got := ratios(times[yardstick], times["kuniq-check"]).median
			t.aims = append(t.aims, aim{text: "kuniq and the search for duplicates against yaml/v3 Node, on one goroutine", got: got, limit: c.checked, atLeast: true})
		}
		b.say("%s: %s times as fast as go.yaml.in/yaml/v3 decoding into a Node.", t.title, number(got))
	}
	return t
}
