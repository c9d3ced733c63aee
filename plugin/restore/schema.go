package restore

import _ "embed"

//go:embed check.schema.json
var checkSchema string

//go:embed plan.schema.json
var planSchema string

// CheckSchema returns the JSON Schema (draft 2020-12) of the output of
// [Restoration.WriteJSON].
func CheckSchema() string { return checkSchema }

// PlanSchema returns the JSON Schema (draft 2020-12) of the output of
// [Comparison.WriteJSON].
func PlanSchema() string { return planSchema }
