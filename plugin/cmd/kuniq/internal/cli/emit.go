package cli

import (
	"bytes"
	"encoding/json"
	"io"

	"sigs.k8s.io/yaml"
)

// emitFormats are the forms in which rendered objects can be printed.
var emitFormats = []string{"yaml", "json"}

// emit prints objects: as documents of YAML, or as one List in JSON. Numbers
// stay as they were written.
func emit(w io.Writer, format string, objects []any) error {
	if format == "json" {
		return emitJSON(w, map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	}
	for _, o := range objects {
		var text bytes.Buffer
		if err := emitJSON(&text, o); err != nil {
			return err
		}
		doc, err := yaml.JSONToYAML(text.Bytes())
		if err != nil {
			return failf("writing an object as YAML: %w", err)
		}
		if _, err := io.WriteString(w, "---\n"+string(doc)); err != nil {
			return err
		}
	}
	return nil
}

func emitJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return failf("writing JSON: %w", err)
	}
	return nil
}
