package main

import (
	"context"
	"fmt"
	"os"
)

// styles are ways to write the same object, with the verb for its number. With the YAML
// parser they take ten times as long as the first does without it.
var styles = []struct{ title, before, each string }{
	{"block style", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: styles\n  labels:\n    app: web\ndata:\n  key: value\n  text: some words that are here\n"},
	{"metadata in flow style", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: object-%d, namespace: styles, labels: {app: web}}\ndata:\n  key: value\n  text: some words that are here\n"},
	{"flow style", "", "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: object-%d, namespace: styles, labels: {app: web}}, data: {key: value, text: some words that are here}}\n"},
	{"flow style of several lines", "", "---\n{\n  apiVersion: v1,\n  kind: ConfigMap, # a comment\n  metadata: {\n    name: object-%d,\n    namespace: styles,\n    labels: {app: web}\n  },\n  data: {key: value, text: some words\n    that are here}\n}\n"},
	{"JSON inside of YAML", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: styles\n  labels: {\"app\":\"web\"}\ndata: {\n  \"key\": \"value\",\n  \"text\": \"some words that are here\"\n}\n"},
	{"anchors and aliases", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: &name object-%d\n  namespace: styles\n  labels: &labels\n    app: web\ndata:\n  <<: *labels\n  key: *name\n  text: some words that are here\n"},
	{"tags", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: styles\n  labels: !!map\n    app: !!str web\ndata:\n  key: !local value\n  text: some words that are here\n"},
	{"scalars of several lines", "", "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: styles\n  labels:\n    app: web\ndata:\n  key: \"val\\\n    ue\"\n  text: some words\n    that are here\n"},
	{"JSON", "", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"object-%d","namespace":"styles","labels":{"app":"web"}},"data":{"key":"value","text":"some words that are here"}}` + "\n"},
	{"a List in block style", "apiVersion: v1\nkind: List\nitems:\n", "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: object-%d\n    namespace: styles\n    labels:\n      app: web\n  data:\n    key: value\n    text: some words that are here\n"},
	{"quoted keys", "", "---\n\"apiVersion\": v1\n\"kind\": ConfigMap\n\"metadata\":\n  \"name\": object-%d\n  \"namespace\": styles\n  \"labels\":\n    \"app\": web\n\"data\":\n  \"key\": value\n  \"text\": some words that are here\n"},
	{"lines that end with CRLF", "", "---\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: object-%d\r\n  namespace: styles\r\n  labels:\r\n    app: web\r\ndata:\r\n  key: value\r\n  text: some words that are here\r\n"},
	{"a List of objects in flow style", "apiVersion: v1\nkind: List\nitems:\n", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: object-%d, namespace: styles, labels: {app: web}}, data: {key: value, text: some words that are here}}\n"},
}

// mostSlower is how much longer a style may take than the first.
const mostSlower = 2.5

// writing returns a generator of objects in a style.
func writing(style int) object {
	return func(b []byte, i int) []byte {
		if i == 0 {
			b = append(b, styles[style].before...)
		}
		return fmt.Appendf(b, styles[style].each, i)
	}
}

// styled checks the same objects in each style.
func (b *bench) styled(ctx context.Context) (t table, err error) {
	n := b.scaled(50_000, 2000)
	c := contest{
		title: fmt.Sprintf("Commands: %d objects in one file, in several styles", n), text: "ConfigMaps made by the command, the same in each style. `cat`, `wc` and `sha256sum` read the block style.",
		floor: styles[0].title,
	}
	want := says(fmt.Sprintf("1 file, %d objects, no duplicates\n", n))
	for i, style := range styles {
		dir := fmt.Sprintf("style-%d", i)
		defer b.remove(dir)
		if err := os.Mkdir(b.path(dir), 0o777); err != nil {
			return t, err
		}
		w, err := writeStream(b.path(dir+"/all.yaml"), n, writing(i))
		if err != nil {
			return t, err
		}
		e := []entry{b.kuniq(style.title, b.path(dir), want, "check", ".")}
		if i == 0 {
			e = append(e, floors(b.path(dir), []string{"all.yaml"})...)
		}
		c.entries = append(c.entries, reading(w.bytes, e)...)
	}
	if t, err = b.measure(ctx, &c); err != nil {
		return t, err
	}
	slowest := 0.0
	for _, style := range styles {
		slowest = max(slowest, c.ratio(style.title, c.floor, cpu).median)
	}
	t.aims = []aim{{text: "processor time of the slowest style against block style", got: slowest, limit: mostSlower}}
	return t, nil
}
