package manifest

import (
	"encoding/base64"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Kubernetes reads YAML through sigs.k8s.io/yaml, whose scalars have the types of
// YAML 1.1 as go.yaml.in/yaml/v2 resolves them. yaml/v3, which kustomize reads with,
// has other ones: "y", "on" and "0o17" are the best known. This is the table of v2's
// resolve.go; a fuzz target holds it against sigs.k8s.io/yaml.

var errTag = errors.New("a scalar that its tag does not allow")

var plainWords = map[string]any{
	"": nil, "~": nil, "null": nil, "Null": nil, "NULL": nil,
	"y": true, "Y": true, "yes": true, "Yes": true, "YES": true,
	"true": true, "True": true, "TRUE": true, "on": true, "On": true, "ON": true,
	"n": false, "N": false, "no": false, "No": false, "NO": false,
	"false": false, "False": false, "FALSE": false, "off": false, "Off": false, "OFF": false,
	".nan": math.NaN(), ".NaN": math.NaN(), ".NAN": math.NaN(),
	".inf": math.Inf(1), ".Inf": math.Inf(1), ".INF": math.Inf(1),
	"+.inf": math.Inf(1), "+.Inf": math.Inf(1), "+.INF": math.Inf(1),
	"-.inf": math.Inf(-1), "-.Inf": math.Inf(-1), "-.INF": math.Inf(-1),
}

var floatForm = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// resolveScalar returns the value of a scalar node as Kubernetes reads it: a string,
// bool, nil, int64, uint64 or float64. nonSpecific says that the node has the tag "!",
// which yaml/v3 drops.
func resolveScalar(n *yaml.Node, nonSpecific bool) (any, error) {
	tag := ""
	if n.Style&yaml.TaggedStyle != 0 {
		tag = n.Tag
	}
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if tag == "" && (quoted || nonSpecific) {
		return n.Value, nil
	}
	switch tag {
	case "":
		return resolvePlain(n.Value, true), nil
	case "!!str":
		return n.Value, nil
	case "!!binary":
		data, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return nil, errTag
		}
		return string([]rune(string(data))), nil // as it passes through JSON
	case "!!bool", "!!int", "!!float", "!!null", "!!timestamp":
		return resolveTagged(tag, n.Value)
	}
	return n.Value, nil // a tag that only an application knows
}

// resolveTagged applies a tag of YAML's own to a scalar.
func resolveTagged(tag, text string) (any, error) {
	value := resolvePlain(text, tag == "!!timestamp")
	ok := false
	switch v := value.(type) {
	case nil:
		ok = tag == "!!null"
	case bool:
		ok = tag == "!!bool"
	case int64:
		if tag == "!!float" {
			return float64(v), nil
		}
		ok = tag == "!!int"
	case uint64:
		ok = tag == "!!int"
	case float64:
		ok = tag == "!!float"
	case string:
		ok = tag == "!!timestamp" && isTimestamp(text)
	}
	if !ok {
		return nil, errTag
	}
	return value, nil
}

// resolvePlain resolves a plain scalar. A timestamp is a string, and only if
// dates says so can it shadow a number.
func resolvePlain(text string, dates bool) any {
	if value, ok := plainWords[text]; ok {
		return value
	}
	switch c := text[0]; {
	case c == '.':
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case c == '+' || c == '-' || '0' <= c && c <= '9':
		if dates && isTimestamp(text) {
			return text
		}
		if n, ok := resolveNumber(strings.ReplaceAll(text, "_", "")); ok {
			return n
		}
	}
	return text
}

func resolveNumber(text string) (any, bool) {
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return i, true
	}
	if u, err := strconv.ParseUint(text, 0, 64); err == nil {
		return u, true
	}
	if floatForm.MatchString(text) {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f, true
		}
	}
	// v2 takes a sign behind the prefix, too.
	if digits, ok := strings.CutPrefix(text, "0b"); ok {
		if i, err := strconv.ParseInt(digits, 2, 64); err == nil {
			return i, true
		}
	}
	return nil, false
}

var timestampForms = []string{
	"2006-1-2T15:4:5.999999999Z07:00",
	"2006-1-2t15:4:5.999999999Z07:00",
	"2006-1-2 15:4:5.999999999",
	"2006-1-2",
}

func isTimestamp(text string) bool {
	if len(text) < 5 || text[4] != '-' || strings.Trim(text[:4], "0123456789") != "" {
		return false
	}
	for _, form := range timestampForms {
		if _, err := time.Parse(form, text); err == nil {
			return true
		}
	}
	return false
}
