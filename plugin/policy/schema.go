package policy

import _ "embed"

//go:embed kuniq.schema.json
var schema string

// Schema returns the JSON Schema (draft 7) of kuniq.yaml, which editors read. Parse is
// stricter: it refuses some files that the schema accepts. There is one exception: the
// schema refuses an empty string in place of an absent value.
func Schema() string { return schema }
