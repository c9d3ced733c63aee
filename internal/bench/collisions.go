package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// colliding returns a generator of objects in block style of which all from the number
// once on declare the first ones again, with another label.
func colliding(once int) object {
	return func(b []byte, i int) []byte {
		return fmt.Appendf(b, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: team-%d\n  labels:\n    app: web\n    declared: %q\ndata:\n  url: https://example.com/%[1]d\n  text: %[4]s\n",
			i%once, i%once%97, fmt.Sprint(i/once), strings.Repeat("some words ", 20))
	}
}

// mostForCollisions is how much longer a check with collisions may take than one without.
const mostForCollisions = 2

// collisions checks as many objects with and without collisions, in each format.
func (b *bench) collisions(ctx context.Context) (t table, err error) {
	defer b.remove("once", "twice")
	n := b.scaled(100_000, 2000)
	c := contest{
		title: fmt.Sprintf("Commands: %d objects, %d of them declared twice", n, n/2), floor: "no collisions", large: true,
		text: "ConfigMaps in block style of 400 bytes, 50 in each file, made by the command. The first row has as many objects, each of them once. The two declarations of an object differ in one field. Without a format the report is a table and ten findings.",
	}
	once, err := writeTree(b.path("once"), n/50, 50, colliding(n))
	if err != nil {
		return t, err
	}
	if _, err := writeTree(b.path("twice"), n/50, 50, colliding(n/2)); err != nil {
		return t, err
	}
	c.entries = []entry{b.kuniq(c.floor, b.path("once"), finds(len(once.files), n), "check", ".")}
	for _, format := range []string{"text", "oneline", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"} {
		c.entries = append(c.entries, b.kuniq(format, b.path("twice"), hasFindings, "check", "-o", format, "."))
	}
	c.entries = append(c.entries, b.kuniq("text, all findings", b.path("twice"), hasFindings, "check", "--all", "."))
	if t, err = b.measure(ctx, &c); err != nil {
		return t, err
	}
	t.aims = []aim{{text: "processor time of the report in text against that without collisions", got: c.ratio("text", c.floor, cpu).median, limit: mostForCollisions}}
	return t, nil
}

// hasFindings is a check that a command found something and has reported it.
func hasFindings(s sample) error {
	if s.Exit != 1 || s.Size == 0 {
		return fmt.Errorf("exit code %d, %d bytes: %q", s.Exit, s.Size, s.end())
	}
	return nil
}

// scalars checks a file of documents that are nothing but a word.
func (b *bench) scalars(ctx context.Context) (t table, err error) {
	defer b.remove("scalars")
	n := b.scaled(10_000_000, 10_000)
	if err := os.Mkdir(b.path("scalars"), 0o777); err != nil {
		return t, err
	}
	w, err := writeStream(b.path("scalars/all.yaml"), n, func(b []byte, i int) []byte { return append(b, "--- a\n"...) })
	if err != nil {
		return t, err
	}
	c := contest{
		title: fmt.Sprintf("Commands: %d documents that are a word", n), text: fmt.Sprintf("`--- a`, again and again: %s. A pull request may have such a file.", size(w.bytes)),
		floor: "cat", large: true,
		entries: reading(w.bytes, append([]entry{b.kuniq("kuniq check", b.path("scalars"), says("1 file, 0 objects"), "check", "--allow-empty", "all.yaml")}, floors(b.path("scalars"), []string{"all.yaml"})...)),
	}
	if t, err = b.measure(ctx, &c); err != nil {
		return t, err
	}
	t.aims = []aim{
		{text: "wall time", got: c.median("kuniq check", wall), limit: 3, unit: duration},
		{text: "peak memory", got: peak(c.of("kuniq check")), limit: 300e6, unit: size[float64]},
	}
	return t, nil
}
