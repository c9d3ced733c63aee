//go:build js

// Command wasm gives the playground's functions to the JavaScript of its worker, as the
// methods of the global object kuniq.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"syscall/js"

	"github.com/kuniq/kuniq/docs/playground"
	"github.com/kuniq/kuniq/split"
)

func main() {
	last := &playground.Result{}
	js.Global().Set("kuniq", map[string]any{
		// limits() says what check takes.
		"limits": js.FuncOf(func(js.Value, []js.Value) any {
			return encoded(map[string]any{"bytes": playground.MostBytes, "files": playground.MostFiles, "layouts": split.LayoutNames()})
		}),
		// check([{name, data}], namespace, layout) checks files. The other methods are
		// about the last check.
		"check": js.FuncOf(func(_ js.Value, args []js.Value) any {
			checked, err := playground.Check(inputs(args[0]), playground.Options{Namespace: args[1].String(), Layout: args[2].String()})
			if err != nil {
				return encoded(map[string]string{"error": err.Error()})
			}
			last = checked
			answer, err := last.Answer()
			if err != nil {
				return encoded(map[string]string{"error": err.Error()})
			}
			return encoded(answer)
		}),
		"content": js.FuncOf(func(_ js.Value, args []js.Value) any { return array(last.Content(args[0].Int())) }),
		"zip":     js.FuncOf(func(js.Value, []js.Value) any { return written(last.Zip) }),
		"json":    js.FuncOf(func(js.Value, []js.Value) any { return written(last.JSON) }),
	})
	select {}
}

func inputs(files js.Value) []split.Input {
	all := make([]split.Input, files.Length())
	for i := range all {
		from := files.Index(i)
		data := make([]byte, from.Get("data").Length())
		js.CopyBytesToGo(data, from.Get("data"))
		all[i] = split.Input{Name: from.Get("name").String(), Data: data}
	}
	return all
}

// encoded is a value for JSON.parse.
func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // none of the values above has anything that JSON lacks
	}
	return string(text)
}

// written is what a function writes to memory, which cannot fail.
func written(write func(io.Writer) error) js.Value {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		panic(err)
	}
	return array(b.Bytes())
}

func array(data []byte) js.Value {
	to := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(to, data)
	return to
}
