package split

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of the output of [Plan.WriteJSON].
func Schema() string { return schema }
