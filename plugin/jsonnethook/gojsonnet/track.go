package gojsonnet

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"
)

// place is a place in a source file. The zero place is unknown.
type place struct {
	file         string
	line, column int
}

func placeOf(loc ast.LocationRange) place {
	if loc.Begin.Line == 0 || loc.FileName == "" && loc.File == nil {
		return place{}
	}
	p := place{file: loc.FileName, line: loc.Begin.Line, column: loc.Begin.Column}
	if p.file == "" {
		p.file = string(loc.File.DiagnosticFileName) // of a snippet
	}
	p.file = cleanName(p.file)
	if loc.File != nil && p.line <= len(loc.File.Lines) {
		line := loc.File.Lines[p.line-1]
		p.column = utf8.RuneCountInString(line[:min(max(p.column-1, 0), len(line))]) + 1
	}
	return p
}

// cleanName returns a file name as positions have it. Importers of URLs give
// them as names.
func cleanName(name string) string {
	if strings.Contains(name, "://") || strings.HasPrefix(name, "<") {
		return name
	}
	return path.Clean(filepath.ToSlash(name))
}

// step is one field or array element on the way to a value.
type step struct {
	key     string
	index   int
	isField bool
}

func field(key string) step { return step{key: key, isField: true} }

func (s step) literal() ast.Node {
	if s.isField {
		return &ast.LiteralString{Value: s.key}
	}
	return &ast.LiteralNumber{OriginalString: strconv.Itoa(s.index)}
}

// parse reads a path as jsonnethook writes it. It is a jsonnet expression, so
// that jsonnet reads it.
func parse(text string) ([]step, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok || strings.HasSuffix(text, "...") {
		return nil, errors.New("no whole path")
	}
	n, err := jsonnet.SnippetToAST("", "std"+rest)
	if err != nil {
		return nil, err
	}
	var steps []step
	for {
		i, ok := n.(*ast.Index)
		if !ok {
			slices.Reverse(steps)
			return steps, nil
		}
		s, err := stepOf(i.Index)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
		n = i.Target
	}
}

func stepOf(n ast.Node) (step, error) {
	switch n := n.(type) {
	case *ast.LiteralString:
		return field(n.Value), nil
	case *ast.LiteralNumber:
		i, err := strconv.Atoi(n.OriginalString)
		return step{index: i}, err
	}
	return step{}, fmt.Errorf("unknown step %T", n)
}

// mostImports is how deep imports may be nested. Each level costs an
// evaluation.
const mostImports = 100

// track returns the places where the name of an object is defined, where its metadata is,
// where the object is, and so on outwards. Places that cannot be found, such as those of
// values that were evaluated before for another reason, are left out.
func (p *program) track(to string, until time.Time) ([]place, error) {
	steps, err := parse(to)
	if err != nil {
		return nil, err
	}
	steps = append(steps, field("metadata"), field("name"))
	for range mostImports {
		if time.Now().After(until) {
			break
		}
		seen, err := p.run(steps)
		if err != nil {
			return nil, err
		}
		more := false
		for i := range seen.imports {
			more = true
			if err := p.load(i); err != nil {
				return nil, err
			}
		}
		if !more {
			return p.places(steps, seen), nil
		}
	}
	return nil, errors.New("imports nested too deep, or time is up")
}

func (p *program) run(steps []step) (*events, error) {
	query, err := p.query(steps)
	if err != nil {
		return nil, err
	}
	seen := newEvents(p.nonce)
	p.vm.SetTraceOut(seen)
	if _, err := p.vm.Evaluate(query); err != nil {
		return nil, err
	}
	return seen, nil
}

// places picks for every step the last evaluated spot before it was done. A trace prints
// when the value is known, so of a field that consists of others it is the outermost one,
// which counts.
func (p *program) places(steps []step, seen *events) []place {
	var all []place
	if len(seen.before) != len(steps)+1 {
		return nil
	}
	for i, s := range slices.Backward(steps) {
		if last := seen.before[i+1]; last >= 0 && p.spots[last].matches(s) {
			at := p.spots[last].at
			if i == len(steps)-1 {
				at = p.spots[last].value
			}
			all = append(all, at)
		}
	}
	return all
}
