// Command impact shows how a Go tool says what a change would delete: its
// arguments are a directory of a git repository and two revisions.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/impact"
)

func main() {
	found, err := impact.Between(context.Background(), os.Args[1], os.Args[2], os.Args[3], deploy.Options{}, impact.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Headline())
	for _, change := range found.Deployers {
		for _, f := range change.Findings {
			fmt.Println(f.Severity, f.Message)
		}
	}
	for _, u := range found.Unread {
		fmt.Println("unread", u.Error())
	}
}
