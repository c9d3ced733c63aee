package impact

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the output of an impact in JSON.
func Schema() string { return schema }
