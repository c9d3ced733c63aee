package main

import (
	"context"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// styles are ways to write the same object.
var styles = func() (all []struct{ Title, Before, Each string }) {
	text, err := data.ReadFile("data/styles.yaml.txt")
	if err == nil {
		err = yaml.Unmarshal(text, &all)
	}
	if err != nil {
		panic(err) // it is a part of the program
	}
	return all
}()

// mostSlower is how much longer a style may take than the first.
const mostSlower = 2.5

// writing returns a generator of objects in a style.
func writing(style int) object {
	return func(b []byte, i int) []byte {
		if i == 0 {
			b = append(b, styles[style].Before...)
		}
		return fmt.Appendf(b, styles[style].Each, i)
	}
}

// styled checks the same objects in each style.
func (b *bench) styled(ctx context.Context) (t table, err error) {
	n := b.scaled(50_000, 2000)
	c := contest{
		title: fmt.Sprintf("Commands: %d objects in one file, in several styles", n), text: "ConfigMaps made by the command, the same in each style. `cat`, `wc` and `sha256sum` read the block style.",
		floor: styles[0].Title,
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
		e := []entry{b.kuniq(style.Title, b.path(dir), want, "check", ".")}
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
		slowest = max(slowest, c.ratio(style.Title, c.floor, cpu).median)
	}
	t.aims = []aim{{text: "processor time of the slowest style against block style", got: slowest, limit: mostSlower}}
	return t, nil
}
