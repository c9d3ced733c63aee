// Command kuniq fails when two Kubernetes manifests are the same object.
package main

import (
	"os"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/cli"
)

func main() {
	os.Exit(cli.Run())
}
