// Command library shows how a Go tool stops when it renders an object twice.
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
	report := checker.Report()
	for _, d := range report.Diagnostics {
		fmt.Println(d.Severity, d.Message)
	}
	if report.Count(dupcheck.Error) > 0 {
		os.Exit(1)
	}
}
