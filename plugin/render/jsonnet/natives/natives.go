// Package natives has the native functions that kuniq gives to jsonnet programs,
// wherever it evaluates them: those of Tanka and kubecfg that need nothing but
// their arguments (tanka v0.28.0 pkg/jsonnet/native/funcs.go, kubecfg
// utils/nativefuncs.go). Those that run or fetch something, such as
// helmTemplate, are not there: a program that calls them fails.
package natives

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"
	"go.yaml.in/yaml/v3"
)

// native is one of the functions.
type native struct {
	name   string
	params ast.Identifiers
	call   func(args []string) (any, error)
}

var all = []native{
	{"parseJson", ast.Identifiers{"json"}, func(a []string) (any, error) { return decodedJSON(a[0]) }},
	{"parseYaml", ast.Identifiers{"yaml"}, func(a []string) (any, error) { return decodedYAML(a[0]) }},
	{"manifestJsonFromJson", ast.Identifiers{"json", "indent"}, func(a []string) (any, error) { return indented(a[0], a[1]) }},
	{"manifestYamlFromJson", ast.Identifiers{"json"}, func(a []string) (any, error) { return asYAML(a[0]) }},
	{"escapeStringRegex", ast.Identifiers{"str"}, func(a []string) (any, error) { return regexp.QuoteMeta(a[0]), nil }},
	{"regexMatch", ast.Identifiers{"regex", "string"}, func(a []string) (any, error) { return regexp.MatchString(a[0], a[1]) }},
	{"regexSubst", ast.Identifiers{"regex", "src", "repl"}, func(a []string) (any, error) {
		r, err := regexp.Compile(a[0])
		if err != nil {
			return nil, err
		}
		return r.ReplaceAllString(a[1], a[2]), nil
	}},
	{"sha256", ast.Identifiers{"str"}, func(a []string) (any, error) {
		sum := sha256.Sum256([]byte(a[0]))
		return hex.EncodeToString(sum[:]), nil
	}},
}

// Add makes the functions known to the programs of a VM.
func Add(vm *jsonnet.VM) {
	for _, n := range all {
		vm.NativeFunction(&jsonnet.NativeFunction{Name: n.name, Params: n.params, Func: func(args []any) (any, error) {
			texts := make([]string, len(args))
			for i, arg := range args {
				switch arg := arg.(type) {
				case string:
					texts[i] = arg
				case float64: // the number of blanks
					texts[i] = strings.Repeat(" ", min(max(int(arg), 0), 64))
				default:
					return nil, fmt.Errorf("%s: an argument is not a string", n.name)
				}
			}
			return n.call(texts)
		}})
	}
}

func decodedJSON(text string) (value any, err error) {
	err = json.Unmarshal([]byte(text), &value)
	return value, err
}

// decodedYAML returns all documents, in the values that JSON has.
func decodedYAML(text string) (any, error) {
	all := []any{}
	for d := yaml.NewDecoder(strings.NewReader(text)); ; {
		var value any
		if err := d.Decode(&value); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		data, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		plain, err := decodedJSON(string(data))
		if err != nil {
			return nil, err
		}
		all = append(all, plain)
	}
}

func indented(text, indent string) (any, error) {
	value, err := decodedJSON(text)
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(value, "", indent)
	return string(data) + "\n", err
}

func asYAML(text string) (any, error) {
	value, err := decodedJSON(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err = errors.Join(e.Encode(value), e.Close())
	return out.String(), err
}
