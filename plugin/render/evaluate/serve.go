package evaluate

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"strings"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
	renderer "github.com/kuniq/kuniq/plugin/render/jsonnet"
	"github.com/kuniq/kuniq/plugin/render/jsonnet/natives"
)

// evaluation is the work of the process.
type evaluation struct {
	Request
	to   *gob.Encoder
	vm   *jsonnet.VM
	hook jsonnethook.Collector
	done []*gojsonnet.Evaluation
	at   string // what is worked on
}

// Serve takes one request and answers it. It is what the process of a Supervisor
// does with its standard streams.
func Serve(in io.Reader, out io.Writer) error {
	e := evaluation{to: gob.NewEncoder(out)}
	if err := gob.NewDecoder(in).Decode(&e.Request); err != nil {
		return fmt.Errorf("reading a request: %w", err)
	}
	r, failure := e.run()
	if failure != nil {
		failure.Text = failure.Text[:min(len(failure.Text), mostWords)]
		return e.to.Encode(message{Kind: failed, Text: failure.Text, Words: failure.Words})
	}
	return answer(e.to, r)
}

// run evaluates everything. go-jsonnet panics of some programs.
func (e *evaluation) run() (r Result, failure *Failure) {
	defer func() {
		if panicked := recover(); panicked != nil {
			failure = e.panicked(fmt.Sprint(panicked))
		}
	}()
	e.hook = jsonnethook.Collector{Rules: e.Rules, AllRules: true, Lenient: e.Lenient}
	e.prepare()
	for _, p := range e.Programs {
		e.begin(p.Name)
		if failure := e.program(p); failure != nil {
			return r, failure
		}
	}
	e.begin(afterwards)
	r.Report = gojsonnet.Locate(e.hook.Report(), e.done...)
	output, err := e.output()
	if err != nil {
		return r, &Failure{Text: err.Error()}
	}
	r.Output = output
	return r, nil
}

// afterwards is in the place of a program's name once all have been evaluated.
const afterwards = "the result of the programs"

func (e *evaluation) begin(at string) {
	e.at = at
	_ = e.to.Encode(message{Kind: begun, Text: at}) // a parent that is gone needs no answer
}

func (e *evaluation) prepare() {
	e.vm = jsonnet.MakeVM()
	e.vm.MaxStack = e.MaxStack
	e.vm.ErrorFormatter.SetMaxStackTraceSize(e.MaxTrace)
	e.vm.SetTraceOut(&traces{to: e.to, left: mostTraces})
	e.vm.Importer(newImporter(&e.Request))
	natives.Add(e.vm)
	for _, v := range e.Variables {
		renderer.Set(e.vm, v)
	}
}

// program evaluates one program and takes in what it evaluates to.
func (e *evaluation) program(p Program) *Failure {
	var v *gojsonnet.Evaluation
	var err error
	if p.Snippet {
		v, err = gojsonnet.Snippet(e.vm, p.Name, p.Code)
	} else {
		v, err = gojsonnet.File(e.vm, p.Name)
	}
	if err != nil {
		if reason, ok := strings.CutPrefix(err.Error(), crashed); ok {
			return e.panicked(reason)
		}
		return &Failure{Text: err.Error(), Words: true}
	}
	e.done = append(e.done, v)
	if err := e.hook.Add(v.Source, v.Tree); err != nil {
		return &Failure{Text: err.Error()}
	}
	if e.Emit != Text {
		v.Text = "" // what it says is in the tree
	}
	return nil
}

// crashed is how go-jsonnet begins when it has panicked (vm.go, error_formatter.go
// of v0.22.0). It goes on with Go's stacks.
const crashed = "INTERNAL ERROR: (CRASH) "

// panicked says that go-jsonnet did, without the stacks.
func (e *evaluation) panicked(reason string) *Failure {
	reason, _, _ = strings.Cut(reason, "\n")
	return &Failure{Text: dupcheck.Quote(e.at) + ": go-jsonnet panicked: " + dupcheck.Quote(reason)}
}

// output returns what is to be emitted. Nothing of it is sent before all of it
// is there: half of the objects must not be applied.
func (e *evaluation) output() ([]byte, error) {
	var out bytes.Buffer
	switch e.Emit {
	case "":
	case Text:
		for _, v := range e.done {
			out.WriteString(v.Text)
		}
	default:
		if err := emit(&out, e.Emit, e.hook.Values()); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
