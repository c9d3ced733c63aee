package migrate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// edited rewrites every reference to all.yaml or patches.yaml in a
// kustomization.
func edited(t *testing.T, kustomization string, names ...string) (string, error) {
	t.Helper()
	d := readDocument("kustomization.yaml", []byte(kustomization))
	require.Empty(t, d.broken)
	var edits []entryEdit
	for _, r := range d.refs {
		base := r.target[strings.LastIndexByte(r.target, '/')+1:]
		if base != "all.yaml" && base != "patches.yaml" {
			continue
		}
		if r.Fixed != "" {
			return "", &editError{r.line(), r.Fixed}
		}
		edits = append(edits, entryEdit{r.Node, r.Item, besides(r.Path, names)})
	}
	require.NotEmpty(t, edits)
	out, err := rewrite(d.data, d.root, edits)
	return string(out), err
}

func TestRewrite(t *testing.T) {
	tests := map[string]struct{ before, after string }{
		"an entry among others": {
			"resources:\n- first.yaml\n- all.yaml\n- last.yaml\n",
			"resources:\n- first.yaml\n- a.yaml\n- b.yaml\n- last.yaml\n",
		},
		"indentation and quotes stay": {
			"resources:\n    -   \"all.yaml\"\n",
			"resources:\n    -   \"a.yaml\"\n    -   \"b.yaml\"\n",
		},
		"single quotes": {
			"resources:\n  - 'all.yaml'\n",
			"resources:\n  - 'a.yaml'\n  - 'b.yaml'\n",
		},
		"the directory as written": {
			"resources:\n  - ./x/./all.yaml\n",
			"resources:\n  - ./x/./a.yaml\n  - ./x/./b.yaml\n",
		},
		"the comment goes to the first": {
			"resources:\n  # above\n  - all.yaml  # everything\n  # below\n  - z.yaml # z\n",
			"resources:\n  # above\n  - a.yaml  # everything\n  - b.yaml\n  # below\n  - z.yaml # z\n",
		},
		"CRLF": {
			"resources:\r\n- all.yaml # c\r\n- z.yaml\r\n",
			"resources:\r\n- a.yaml # c\r\n- b.yaml\r\n- z.yaml\r\n",
		},
		"no newline at the end": {
			"resources:\n- all.yaml",
			"resources:\n- a.yaml\n- b.yaml",
		},
		"CRLF and no newline at the end": {
			"resources:\r\n- all.yaml",
			"resources:\r\n- a.yaml\r\n- b.yaml",
		},
		"a comment and no newline at the end": {
			"resources:\n- all.yaml # c",
			"resources:\n- a.yaml # c\n- b.yaml",
		},
		"what no encoder would keep": {
			"---\n# header\n\nkind:   Kustomization\nresources:\n\n- all.yaml\n\n\nnamePrefix: \"x-\"   # c\nlabels: [ {pairs: {a: b}} ]\n...\n",
			"---\n# header\n\nkind:   Kustomization\nresources:\n\n- a.yaml\n- b.yaml\n\n\nnamePrefix: \"x-\"   # c\nlabels: [ {pairs: {a: b}} ]\n...\n",
		},
		"a byte order mark": {
			"\ufeffresources:\n- all.yaml\n",
			"\ufeffresources:\n- a.yaml\n- b.yaml\n",
		},
		"characters of several bytes before it": {
			"resources: # ü\n- ü/all.yaml # ü\n",
			"resources: # ü\n- ü/a.yaml # ü\n- ü/b.yaml\n",
		},
		"a key in another case": {
			"Resources:\n- all.yaml\n",
			"Resources:\n- a.yaml\n- b.yaml\n",
		},
		"patches repeat their target and options": {
			"patches:\n  - path: patches.yaml   # why\n    # about the target\n    target:\n      kind: Deployment  # only these\n\n    options:\n      allowNameChange: true\n\n# next\n  - path: z.yaml\n",
			"patches:\n  - path: a.yaml   # why\n    # about the target\n    target:\n      kind: Deployment  # only these\n\n    options:\n      allowNameChange: true\n" +
				"  - path: b.yaml\n    target:\n      kind: Deployment  # only these\n\n    options:\n      allowNameChange: true\n\n# next\n  - path: z.yaml\n",
		},
		"the path behind the target": {
			"patches:\n- target: {kind: A}\n  path: 'patches.yaml'",
			"patches:\n- target: {kind: A}\n  path: 'a.yaml'\n- target: {kind: A}\n  path: 'b.yaml'",
		},
		"an entry in flow style on one line": {
			"patches:\n- {path: patches.yaml, target: {kind: A}} # c\n- {target: {name: \"#\"}, path: \"patches.yaml\"}\n",
			"patches:\n- {path: a.yaml, target: {kind: A}} # c\n- {path: b.yaml, target: {kind: A}}\n" +
				"- {target: {name: \"#\"}, path: \"a.yaml\"}\n- {target: {name: \"#\"}, path: \"b.yaml\"}\n",
		},
		"several fields": {
			"resources:\n- all.yaml\npatchesStrategicMerge:\n- patches.yaml\ntransformers:\n- all.yaml\n",
			"resources:\n- a.yaml\n- b.yaml\npatchesStrategicMerge:\n- a.yaml\n- b.yaml\ntransformers:\n- a.yaml\n- b.yaml\n",
		},
		"twice in one list": {
			"resources:\n- x/all.yaml\n- y/all.yaml\n",
			"resources:\n- x/a.yaml\n- x/b.yaml\n- y/a.yaml\n- y/b.yaml\n",
		},
		"a file of JSON lines": {
			"\"resources\":\n- \"all.yaml\"\n",
			"\"resources\":\n- \"a.yaml\"\n- \"b.yaml\"\n",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			after, err := edited(t, tt.before, "a.yaml", "b.yaml")
			require.NoError(t, err)
			assert.Equal(t, tt.after, after)
		})
	}
}

func TestRewriteRefuses(t *testing.T) {
	tests := map[string]struct {
		kustomization string
		line          int
		reason        string
	}{
		"a list in flow style":          {"x: 1\nresources: [all.yaml]\n", 2, "flow style"},
		"JSON":                          {`{"resources": ["all.yaml"]}`, 1, "flow style"},
		"an anchor":                     {"resources:\n- &a all.yaml\n", 2, "anchor"},
		"a list with an anchor":         {"resources: &a\n- all.yaml\n", 2, "anchor"},
		"an alias":                      {"x: &a all.yaml\nresources:\n- *a\n", 1, "alias"},
		"an aliased list":               {"x: &a\n- all.yaml\nresources: *a\n", 2, "alias"},
		"a merge key":                   {"x: &a\n  resources:\n  - all.yaml\n<<: *a\n", 3, "merge key"},
		"a tag":                         {"resources:\n- !!str all.yaml\n", 2, "tagged"},
		"a block scalar":                {"resources:\n- >-\n  all.yaml\n", 2, "block scalar"},
		"an escape":                     {"resources:\n- \"\\x61ll.yaml\"\n", 2, "not written on one line as it is"},
		"on two lines":                  {"resources:\n- x/\n  ../all.yaml\n", 2, "not written on one line as it is"},
		"not on the line of the dash":   {"resources:\n-\n  all.yaml\n", 3, "line of its dash"},
		"an alias in the entry":         {"x: &t {kind: A}\npatches:\n- path: patches.yaml\n  target: *t\n", 3, "alias"},
		"an anchor in the entry":        {"patches:\n- path: patches.yaml\n  target: &t {kind: A}\n", 2, "anchor"},
		"an entry in flow on two lines": {"patches:\n- {path: patches.yaml,\n  target: {kind: A}}\n  # c\n", 2, ""},
		"a lone carriage return":        {"# a\rb: 1\nresources:\n- all.yaml\n", 1, "line breaks"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			after, err := edited(t, tt.kustomization, "a.yaml", "b.yaml")
			if tt.reason == "" {
				require.NoError(t, err)
				return
			}
			var e *editError
			require.ErrorAs(t, err, &e, "%s", after)
			assert.Contains(t, e.reason, tt.reason)
			assert.Equal(t, tt.line, e.line)
		})
	}
}

// FuzzRewrite: whatever the document, only lines with an entry change, or it
// is refused.
func FuzzRewrite(f *testing.F) {
	f.Add("resources:\n- all.yaml # c\n- b\n")
	f.Add("patches:\n- path: patches.yaml\n  target:\n    kind: A\n# c\n- path: z\n")
	f.Add("resources:\r\n  - './all.yaml'")
	f.Fuzz(func(t *testing.T, kustomization string) {
		d := readDocument("kustomization.yaml", []byte(kustomization))
		if d.broken != "" {
			return
		}
		var edits []entryEdit
		touched := map[int]bool{}
		for _, r := range d.refs {
			if r.Fixed == "" && r.Item != nil {
				edits = append(edits, entryEdit{r.Node, r.Item, []string{"one.yaml", "two.yaml"}})
				touched[r.Node.Line] = true
			}
		}
		if len(edits) == 0 {
			return
		}
		after, err := rewrite(d.data, d.root, edits)
		if err != nil {
			return
		}
		rest := "\n" + string(after)
		for i, line := range strings.Split(strings.TrimRight(kustomization, "\n"), "\n") {
			if touched[i+1] {
				continue
			}
			_, behind, found := strings.Cut(rest, "\n"+line)
			require.True(t, found, "line %d is gone: %q\n%q", i+1, line, after)
			rest = "\n" + strings.TrimPrefix(behind, "\n")
		}
	})
}
