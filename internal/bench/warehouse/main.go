// Command warehouse generates the inventories of many repositories, has DuckDB load and
// query them as docs/list.md says, and prints what that takes. Run it in a clone:
//
//	GOWORK=off go run -C internal/bench/warehouse . [-quick] [-repositories N,N] [-objects N]
//
// It needs a C++ compiler, because the engine is linked into it, and Linux for the peak
// of the memory. For ten million objects it needs 8 GB in the directory for temporary
// files, which it removes in the end. It fails if DuckDB does not find the collisions
// that were generated, and never because something is slow.
//
// It is a module of its own, so that none of this is in the go.mod of programs that use
// kuniq.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "warehouse:", err)
		os.Exit(3)
	}
}

var errUsage = errors.New("usage")

func run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == stepFlag {
		return runStep(ctx, os.Stdin, os.Stdout)
	}
	fleets, err := parse(args)
	if err != nil {
		return err
	}
	page, err := readPage()
	if err != nil {
		return err
	}
	fmt.Printf("%d CPUs, %s/%s. Processor time, and the peak of the process.\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	fmt.Println("| objects | format | files | load | peak | query | peak |")
	fmt.Println("|---:|---|---:|---:|---:|---:|---:|")
	for _, f := range fleets {
		for _, source := range []string{"jsonl", "csv"} {
			if err := f.measure(ctx, page, source); err != nil {
				return err
			}
		}
	}
	return nil
}

// parse returns the sizes that the flags ask for.
func parse(args []string) ([]fleet, error) {
	flags := flag.NewFlagSet("warehouse", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "small inventories: to see that it works")
	repositories := flags.String("repositories", "20,200", "the numbers of repositories, with commas")
	objects := flags.Int("objects", 50_000, "how many objects each repository has")
	if err := flags.Parse(args); err != nil {
		return nil, errUsage
	}
	if *quick {
		return []fleet{{repositories: 4, objects: 4 * sharedEvery}}, nil
	}
	var fleets []fleet
	for _, number := range strings.Split(*repositories, ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 2 || *objects < sharedEvery || flags.NArg() > 0 {
			flags.Usage()
			return nil, errUsage
		}
		fleets = append(fleets, fleet{n, *objects})
	}
	return fleets, nil
}

// measure prints a row for each format that is made of the inventories in one format.
func (f fleet) measure(ctx context.Context, page page, source string) error {
	dir, err := os.MkdirTemp("", "kuniq-warehouse-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bytes, err := f.write(dir, source)
	if err != nil {
		return err
	}
	for _, load := range page.loads {
		if load.source != source {
			continue
		}
		loaded, err := step{Dir: dir, Database: load.format + ".duckdb", Load: load.sql}.start(ctx)
		if err != nil {
			return err
		}
		found, err := step{Dir: dir, Database: load.format + ".duckdb", Query: page.query}.start(ctx)
		if err != nil {
			return err
		}
		if found.Collisions != f.collisions() || found.Identical != f.identical() {
			return fmt.Errorf("%s: DuckDB found %d collisions, %d identical; want %d and %d", load.format, found.Collisions, found.Identical, f.collisions(), f.identical())
		}
		fmt.Printf("| %d | %s | %.2f GB | %.1f s | %.2f GB | %.1f s | %.2f GB |\n", f.rows(), load.format, float64(bytes)/1e9,
			loaded.CPU.Seconds(), float64(loaded.Peak)/1e9, found.CPU.Seconds(), float64(found.Peak)/1e9)
	}
	return nil
}
