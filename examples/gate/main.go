// Command gate shows how a Go tool checks a whole repository.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/gate"
)

func main() {
	result, err := gate.Check(context.Background(), os.Args[1:], gate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range result.Report.Diagnostics {
		fmt.Println(d.Severity, d.Message)
	}
	for _, u := range result.Report.Unread {
		fmt.Println("unread", u.Error())
	}
	if result.Report.Count(dupcheck.Error)+len(result.Report.Unread) > 0 {
		os.Exit(1)
	}
}
