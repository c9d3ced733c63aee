package manifest_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/assertion"
)

// hostileKiB is the size of hostile input. 65536 takes minutes.
var hostileKiB = flag.Int("hostile", 64, "KiB of each hostile input")

// Bounds that hold for 64 MiB of anything.
const (
	mostSeconds = 20 // for two files, with their contents
	mostMemory  = 1 << 30
)

// fill repeats text up to a size.
func fill(text string, size int) string { return strings.Repeat(text, size/len(text)) }

// bomb is a mapping that doubles with every level.
func bomb(levels int, format string) string {
	var b strings.Builder
	b.WriteString("a0: &a0 {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n")
	for i := range levels {
		fmt.Fprintf(&b, format, i+1, i+1, i, i)
	}
	return b.String()
}

// hostile makes texts of about a size. Those in which every few bytes are an
// object or a finding are smaller: memory grows with these, as it must.
func hostile(size int) map[string]func() string {
	few := min(size, 4<<20)
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i, i, i)
		}
		return b.String()
	}
	head := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
	list := "apiVersion: v1\nkind: List\nitems:\n"
	nested := func(n int) string {
		return strings.Repeat(`{"apiVersion":"v1","kind":"List","items":[`, n) + `{"x":"` + fill("a", size) + `"}` + strings.Repeat("]}", n)
	}
	return map[string]func() string{
		"alias bomb in values": func() string { return bomb(40, "a%d: &a%d [*a%d, *a%d]\n") + head + "data: *a40\n" },
		"alias bomb of Lists": func() string {
			return bomb(18, "a%d: &a%d {apiVersion: v1, kind: List, items: [*a%d, *a%d]}\n") + "apiVersion: v1\nkind: List\nitems: [*a18]\n"
		},
		"alias bomb of resources": func() string {
			return bomb(18, "a%d: &a%d {apiVersion: v1, kind: ResourceList, items: [*a%d, *a%d]}\n") + "apiVersion: v1\nkind: ResourceList\nitems: [*a18]\n"
		},
		"alias bomb of no objects": func() string { return "a: &a {" + fill("b: c, ", size/2) + "}\n" + list + fill("- *a\n", size/2) },
		"alias bomb of values": func() string {
			return "a: &a [" + fill("b, ", few/2) + "]\napiVersion: v1\nkind: List\nitems:\n" + fill("- {apiVersion: v1, kind: X, metadata: {name: x}, d: *a}\n", few/2)
		},
		"merge bomb": func() string { return bomb(40, "a%d: &a%d {<<: [*a%d, *a%d]}\n") + "<<: *a40\n" + head },
		"merge bomb of nothing": func() string {
			return strings.Replace(bomb(40, "a%d: &a%d {<<: [*a%d, *a%d]}\n"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}", "{}", 1) + "<<: *a40\n" + head
		},
		"merge bomb in each item": func() string {
			return bomb(40, "a%d: &a%d {<<: [*a%d, *a%d]}\n") + list + fill("- {<<: *a40, apiVersion: v1, kind: X, metadata: {name: x}}\n", few)
		},
		"merge bomb in each file": func() string { return fill(bomb(40, "a%d: &a%d {<<: [*a%d, *a%d]}\n")+"<<: *a40\n---\n", few) },
		"cycle of Lists":          func() string { return "&a\napiVersion: v1\nkind: List\nitems: [*a, *a]\n" },
		"cycle of values":         func() string { return "&a\napiVersion: v1\nkind: X\nmetadata: {name: x}\ndata: [*a, *a]\n" },
		"cycle of merges":         func() string { return "&a\napiVersion: v1\nkind: X\nmetadata: {name: x}\n<<: *a\n" },
		"deep flow":               func() string { return strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) },
		"deep flow, deeper":       func() string { return strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) },
		"deep block":              func() string { return strings.Repeat("- ", 10_000) + "x\n" },
		"deep block mapping":      func() string { return deepBlock(2000) },
		"deep questions":          func() string { return strings.Repeat("? ", 10_000) + "x\n" },
		"deep JSON":               func() string { return strings.Repeat(`{"a":[`, 5_000) + "1" + strings.Repeat("]}", 5_000) },
		"deep JSON, deeper":       func() string { return strings.Repeat(`[`, 1_000_000) },
		"deep in an object":       func() string { return head + "data: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "\n" },
		"deep JSON in an object": func() string {
			return `{"apiVersion":"v1","kind":"X","metadata":{"name":"x"},"d":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "}"
		},
		"deep JSON Lists":   func() string { return nested(15) },
		"deeper JSON Lists": func() string { return nested(200) },
		"one line":          func() string { return head + "data: {k: " + fill("v", size) + "}\n" },
		"one long name":     func() string { return block(fill("v", size)) },
		"one line of JSON": func() string {
			object := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a%d"},"data":{"%d":"` + strings.Repeat("é", 500) + `","%d":"%d"}},`
			return `{"apiVersion":"v1","kind":"List","items":[` + many(object, size>>10) + js("a") + "]}"
		},
		"one line of small JSON": func() string {
			return `{"apiVersion":"v1","kind":"List","items":[` + fill(js("a")+",", few) + js("b") + "]}"
		},
		"one line of flow": func() string {
			return "{apiVersion: v1, kind: List, items: [" + fill("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}},", few) + "]}"
		},
		"one line with tags": func() string {
			return "{apiVersion: v1, kind: List, items: [" + fill("{apiVersion: ! v1, kind: ConfigMap, metadata: {name: a}},", few) + "]}"
		},
		"one line, odd breaks": func() string {
			return "{apiVersion: v1, kind: List, items: [\u2028" + fill("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}},", few) + "]}"
		},
		"brackets":           func() string { return fill("[", size) },
		"braces":             func() string { return fill("{", size) },
		"commas":             func() string { return fill(",", size) },
		"flow commas":        func() string { return "[" + fill(",", size) },
		"colons":             func() string { return fill("a:\n", size) },
		"questions":          func() string { return fill("?\n", size) },
		"dashes":             func() string { return fill("-\n", size) },
		"odd dashes":         func() string { return fill("-\u0085", size) },
		"blank lines":        func() string { return fill("\n", size) + head },
		"blanks":             func() string { return fill(" ", size) + "x: y" },
		"comments":           func() string { return fill("# c\n", size) + head },
		"comments inside":    func() string { return head + fill("# c\n", size) + "data: {}\n" },
		"comments behind":    func() string { return list + fill("- # c\n", size) },
		"comments in a flow": func() string { return "[" + fill("a, # c\n", size) },
		"long comment":       func() string { return "a: b # " + fill("c", size) },
		"empty documents":    func() string { return fill("---\n", size) },
		"tiny documents":     func() string { return fill("---\na\n", few) },
		"tiny objects":       func() string { return fill("---\nkind: a\nmetadata: {}\n", few) },
		"tiny JSON":          func() string { return fill("{}", few) },
		"end markers":        func() string { return fill("...\n", size) },
		"directives":         func() string { return fill("%YAML 1.1\n", size) },
		"tag directives":     func() string { return many("%%TAG !a%d! tag:%d,%d:%d\n", size/32) + "--- x\n" },
		"tags":               func() string { return fill("- ! 1\n", size) },
		"anchors and tags":   func() string { return "a: " + fill("&a # ! ", size) },
		"anchors":            func() string { return many("- &a%d %d %d %d\n", size/32) },
		"duplicate keys":     func() string { return "apiVersion: v1\nkind: X\nmetadata:\n" + fill("  name: a\n", size) },
		"duplicate JSON keys": func() string {
			return `{"apiVersion":"v1","kind":"X","metadata":{` + fill(`"name":"a",`, size) + `"name":"b"}}`
		},
		"lone CRs":         func() string { return fill("a: b\r", size) },
		"doubtful markers": func() string { return fill("a\r---\r", few) },
		"NULs":             func() string { return fill("\x00", size) },
		"NULs behind text": func() string { return "a: b\n" + fill("\x00", size) },
		"cut UTF-8":        func() string { return head + fill("# é", size) + "\xc3" },
		"wide":             func() string { return "\xff\xfe" + fill("a\x00\n\x00", size) },
		"quotes":           func() string { return fill("\"", size) },
		"open quote":       func() string { return "a: \"" + fill("b\n", size) },
		"escapes":          func() string { return "a: \"" + fill("\\x41", size) + "\"" },
		"JSON escapes": func() string {
			return `{"apiVersion":"v1","kind":"X","metadata":{"name":"` + fill("\\u0041", size) + `"}}`
		},
		"braces of templates": func() string { return fill("{{ x }}\n", few) },
		"keys":                func() string { return fill("kind apiVersion - ", size) + "\n\t[" },
		"literal":             func() string { return "a: |\n" + fill("  b\n", size) },
		"BOMs":                func() string { return fill("\ufeff", size) },
		"BOM comments":        func() string { return "---\n" + fill("\ufeff# c\n", size) },
		"not a string":        func() string { return list + fill("- {apiVersion: 1, kind: 2, metadata: {name: 3}}\n", few) },
		"items of no type":    func() string { return list + fill("- a\n", size) },
		"stray items":         func() string { return fill("---\napiVersion: v1\nkind: a\nitems: []\n", few) },
	}
}

func deepBlock(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestHostile reads input that was made to take long, to take much, or to
// crash. It is read from a file, twice, so that all contents are compared.
func TestHostile(t *testing.T) {
	for name, text := range hostile(*hostileKiB << 10) {
		t.Run(name, func(t *testing.T) {
			inDir(t, map[string]string{"a.yaml": text()})
			require.NoError(t, os.Link("a.yaml", "b.yaml"))
			checkHostile(t, "a.yaml", "b.yaml")
		})
	}
}

// checkHostile checks files within the bounds.
func checkHostile(t *testing.T, args ...string) dupcheck.Report {
	debug.FreeOSMemory()
	stop := watchMemory()
	began := cpuTime()
	tree := &manifest.Tree{Args: args}
	var c dupcheck.Checker
	var unread []dupcheck.Unread
	for f := range tree.Files(t.Context()) {
		for _, o := range f.Objects {
			c.Add(o)
		}
		unread = append(unread, f.Unread...)
	}
	read := cpuTime() - began
	report := c.Report()
	took, peak := cpuTime()-began, stop()
	reason := ""
	if len(unread) > 0 {
		reason = unread[0].Error()
	}
	t.Logf("%-40s %4d MiB, %5.2f s (%.2f to read), %d objects, %d findings, %d unread; %s", t.Name(), peak>>20, took.Seconds(), read.Seconds(), report.Objects, len(report.Diagnostics), len(unread), reason)
	assert.Less(t, took.Seconds(), float64(mostSeconds))
	assert.Less(t, peak, uint64(mostMemory))
	return report
}

// watchMemory returns a function that tells the most memory that was in use
// until it is called.
func watchMemory() func() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	var peak uint64
	look := func() {
		metrics.Read(sample)
		peak = max(peak, sample[0].Value.Uint64()-sample[1].Value.Uint64())
	}
	look()
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		for {
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
				look()
			}
		}
	}()
	return func() uint64 {
		close(done)
		group.Wait()
		look()
		return peak
	}
}

// TestLongSparse has files that are larger than anything that can be read.
func TestLongSparse(t *testing.T) {
	assertion.Long(t)
	inDir(t, map[string]string{"a.yaml": "", "b.yaml": "a: b\n", "c.yaml": "a: b\n"})
	for name, size := range map[string]int64{"a.yaml": 1 << 30, "b.yaml": 1 << 29, "c.yaml": 100 << 30} {
		if err := os.Truncate(name, size); err != nil {
			t.Skip("no sparse files here:", err)
		}
	}
	const large = ": larger than 256 MiB; name the file to have it read"
	named := []string{"unread a.yaml: not text: it has NUL bytes", "unread c.yaml: larger than 2 GiB"}
	if strconv.IntSize == 32 || runtime.GOARCH == "wasm" {
		named = []string{"unread a.yaml: larger than 512 MiB", "unread c.yaml: larger than 512 MiB"}
		// An os.Root of Go 1.24 does not open files of more than 2 GiB.
		if err := os.Truncate("c.yaml", 1<<31-1); err != nil {
			t.Fatal(err)
		}
	}
	assert.Equal(t, []string{"unread a.yaml" + large, "unread b.yaml" + large, "unread c.yaml" + large}, show(t, &manifest.Tree{Args: []string{"."}}))
	assert.Equal(t, named, show(t, &manifest.Tree{Args: []string{"a.yaml", "c.yaml"}}))
}
