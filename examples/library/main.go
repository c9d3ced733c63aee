// Command library shows how a Go tool finds duplicates in what it renders.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

func main() {
	checker := dupcheck.Checker{Rules: dupcheck.Rules{DefaultNamespace: "default"}}
	for o, err := range manifest.Read("stdin", os.Stdin) {
		if err != nil {
			log.Fatal(err)
		}
		checker.Add(o)
	}
	for _, d := range checker.Report().Diagnostics {
		fmt.Println(d.Severity, d.Message)
	}
}
