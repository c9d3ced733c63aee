// Package docs has the pages that kuniq itself prints.
package docs

import _ "embed"

// Rules is the page about the rules, in Markdown: a section for each, under a heading
// of the second level that is its name.
//
//go:embed rules.md
var Rules string
