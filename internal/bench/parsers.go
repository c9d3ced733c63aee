package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
)

// A reader is a row of the parsers' tables: a name of the command parse, and
// what a person calls it.
type reader struct{ parser, name string }

var readers = []reader{
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
	file        string
	objects     int
	bytes       int
	aim         float64 // times the yardstick; 0 for none
}

// parsers measures parsers in memory.
func (b *bench) parsers(ctx context.Context) ([]table, error) {
	all, err := b.corpora()
	if err != nil {
		return nil, err
	}
	var tables []table
	for _, c := range all {
		t, err := b.race(ctx, c)
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// corpora writes the inputs.
func (b *bench) corpora() ([]corpus, error) {
	r, err := writeRealStream(b.path("real.yaml"), b.files, b.scaled(0, 400))
	if err != nil {
		return nil, err
	}
	all := []corpus{{
		title: "Parsers: real manifests", aim: 40, file: b.path("real.yaml"), objects: r.objects, bytes: r.bytes,
		text: "All objects of the modules, each once.",
	}}
	for _, g := range []struct {
		title, text, file string
		n                 int
		o                 object
		aim               float64
	}{
		{"Parsers: small objects", "ConfigMaps of 134 bytes, made by the command.", "small.yaml", b.scaled(50_000, 2000), small, 20},
		{"Parsers: huge definitions", "CustomResourceDefinitions of 400 kB, made by the command.", "definitions.yaml", b.scaled(20, 2), definition, 0},
		{"Parsers: deep trees", "Objects with mappings 60 deep, made by the command.", "deep.yaml", b.scaled(200, 20), deep, 0},
	} {
		name := b.path(g.file)
		if err := writeStream(name, g.n, g.o); err != nil {
			return nil, err
		}
		n, err := length(name)
		if err != nil {
			return nil, err
		}
		all = append(all, corpus{title: g.title, text: g.text, file: name, objects: g.n, bytes: int(n), aim: g.aim})
	}
	return all, nil
}

// taken is what the command parse prints.
type taken struct {
	Seconds   float64
	Processor float64
	Allocated float64
	Objects   int
}

// race lets all parsers read one corpus.
func (b *bench) race(ctx context.Context, c corpus) (table, error) {
	var all contest
	results := make([][]taken, len(readers))
	for i, r := range readers {
		all.add(entry{
			often: c.aim > 0 && (r.parser == "kuniq" || r.parser == yardstick),
			name:  filepath.Base(c.file) + ": " + r.name,
			cmd:   command{Args: []string{b.tools["parse"], r.parser, c.file}, Pipe: true},
			check: func(s sample) error {
				t, err := decode(s, c.objects)
				results[i] = append(results[i], t)
				return err
			},
		})
	}
	if err := all.run(ctx, b.runs); err != nil {
		return table{}, err
	}
	return parserTable(b, c, &all, results), nil
}

// decode returns what a parser took, if it has seen all objects.
func decode(s sample, objects int) (taken, error) {
	var t taken
	if err := says("")(s); err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(s.Output), &t); err != nil {
		return t, err
	}
	if t.Objects != objects {
		return t, fmt.Errorf("it saw %d objects, want %d", t.Objects, objects)
	}
	return t, nil
}

func parserTable(b *bench, c corpus, all *contest, results [][]taken) table {
	t := table{
		title:  c.title,
		text:   fmt.Sprintf("%s %d objects, %s.", c.text, c.objects, size(float64(c.bytes))),
		header: []string{"parser", "MB/s", "speed, × yaml/v3 Node", "the same in processor time", "allocated per input byte", "peak memory of the process"},
	}
	times, used := map[string][]float64{}, map[string][]float64{}
	for i, r := range readers {
		for _, one := range results[i] {
			times[r.parser] = append(times[r.parser], one.Seconds)
			used[r.parser] = append(used[r.parser], one.Processor)
		}
	}
	for i, r := range readers {
		mbs := float64(c.bytes) / 1e6 / spreadOf(times[r.parser]).median
		t.rows = append(t.rows, []string{
			r.name, number(mbs), ratios(times[yardstick], times[r.parser]).times(), number(ratios(used[yardstick], used[r.parser]).median),
			number(results[i][0].Allocated / float64(c.bytes)), size(peak(all.results[i])),
		})
	}
	if c.aim > 0 {
		got := ratios(times[yardstick], times["kuniq"])
		t.aims = append(t.aims, aim{text: "kuniq against yaml/v3 Node, on one goroutine", got: got.median, limit: c.aim, atLeast: true})
		b.say("%s: %s times as fast as go.yaml.in/yaml/v3 decoding into a Node.", c.title, number(got.median))
	}
	return t
}
