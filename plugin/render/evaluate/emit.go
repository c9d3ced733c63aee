package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"
)

// Text asks for what jsonnet prints.
const Text = "text"

// Formats returns the forms in which the objects can be printed.
func Formats() []string { return []string{"yaml", "json"} }

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
			return fmt.Errorf("writing an object as YAML: %w", err)
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
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
