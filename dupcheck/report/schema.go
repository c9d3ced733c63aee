package report

import _ "embed"

//go:embed schema.json
var schema string

//go:embed list.schema.json
var listSchema string

// Schema returns the JSON Schema (draft 2020-12) of the output of [JSON].
func Schema() string { return schema }

// ListSchema returns the JSON Schema (draft 2020-12) of a line of an inventory in the
// format jsonl.
func ListSchema() string { return listSchema }
