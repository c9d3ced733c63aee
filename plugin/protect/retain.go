package protect

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
)

//go:embed data/retention.tsv
var retentionTSV string

// retentionRows list the fields that decide whether data outlives its object.
var retentionRows = tsv.Rows(retentionTSV)

// notRetained reports objects whose data does not outlive them.
func (g *guard) notRetained(o *dupcheck.Object, id dupcheck.ID) {
	for _, row := range retentionRows {
		if !doublestar.MatchUnvalidated(row["kind"], id.Kind+"."+id.Group) {
			continue
		}
		content, known := contentOf(o)
		if !known {
			return
		}
		var values []any
		for path := range strings.SplitSeq(row["fields"], ",") {
			values = append(values, fields(content, strings.Split(path, "."))...)
		}
		if holds(row["condition"], values) {
			g.tell(o, finding{rule: VolumeNotRetained, at: o.At, message: row["says"], advice: "set it so that data is retained"})
		}
	}
}

// contentOf returns the content of an object, if it is known. If it cannot be read,
// its reader has reported that.
func contentOf(o *dupcheck.Object) (content any, known bool) {
	if o.Body == nil {
		return nil, false
	}
	content, err := o.Body.Value()
	return content, err == nil
}

// valuesOf returns the values at a path of an object.
func valuesOf(o *dupcheck.Object, path ...string) []any {
	content, known := contentOf(o)
	if !known {
		return nil
	}
	return fields(content, path)
}

// textOf returns the string at a path of an object, or "".
func textOf(o *dupcheck.Object, path ...string) string {
	for _, v := range valuesOf(o, path...) {
		if s, ok := v.(string); ok {
			return s
		}
	}
	return ""
}

// holds says whether a condition of the table is true for the values of fields.
func holds(condition string, values []any) bool {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	value, is := strings.CutPrefix(condition, "=")
	other, isNot := strings.CutPrefix(condition, "!=")
	switch {
	case is:
		return slices.Contains(texts, value)
	case isNot:
		return slices.ContainsFunc(texts, func(text string) bool { return text != other })
	case condition == "absent":
		return len(values) == 0
	}
	return slices.ContainsFunc(texts, func(text string) bool { return doublestar.MatchUnvalidated(condition[1:], text) })
}

// fields returns the values at a path. There are several if the path leads through a list.
// Null and "" count as absent.
func fields(v any, path []string) (out []any) {
	if list, ok := v.([]any); ok {
		for _, item := range list {
			out = append(out, fields(item, path)...)
		}
		return out
	}
	if len(path) == 0 {
		if v == nil || v == "" {
			return nil
		}
		return []any{v}
	}
	m, _ := v.(map[string]any)
	return fields(m[strings.TrimSuffix(path[0], "[]")], path[1:])
}
