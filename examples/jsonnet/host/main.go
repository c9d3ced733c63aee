// Host is a program that evaluates jsonnet and lets no duplicate through.
package main

import (
	"fmt"
	"os"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

func main() {
	text, err := gojsonnet.Check(dupcheck.Rules{}, jsonnet.MakeVM(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}
