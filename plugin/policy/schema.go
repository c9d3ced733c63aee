package policy

import _ "embed"

//go:embed kuniq.schema.json
var schema string

// Schema returns the JSON Schema (draft 7) of kuniq.yaml, which editors read. Parse knows
// more: it refuses some files that the schema accepts. The other way round there is one
// case: an empty string stands for no value there.
func Schema() string { return schema }
