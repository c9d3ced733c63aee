package policy

import _ "embed"

//go:embed kuniq.schema.json
var schema string

// Schema returns the JSON Schema (draft 7) of kuniq.yaml, which editors read. Parse knows
// more: what it refuses may be valid by the schema, and never the other way round.
func Schema() string { return schema }
