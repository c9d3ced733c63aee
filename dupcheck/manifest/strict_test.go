package manifest

import "github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"

// In tests a panic of the scanner is one.
func init() { outline.Strict = true }
