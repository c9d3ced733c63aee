package vendored

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of "kuniq vendor -o json".
func Schema() string { return schema }
