package text_test

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// One value is replaced, and every other byte stays.
func ExampleApply() {
	data := []byte("replicas: 1 # one is enough\npaused:   no\n")
	edited, ok := text.Apply(data, []text.Edit{{Start: 10, End: 11, Text: "2"}})
	fmt.Printf("%s%t\n", edited, ok)
	// Output:
	// replicas: 2 # one is enough
	// paused:   no
	// true
}
