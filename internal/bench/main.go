// Command bench measures kuniq beside the parsers and tools that read the same
// bytes, and prints tables. Run it in a clone:
//
//	go run -C internal/bench . [-quick] [-runs N] [-only SECTIONS] [-out FILE] [-readme FILE]
//	go run -C internal/bench . -corpus FILE
//
// It downloads nothing but Go modules, from the module proxy: manifests as
// input, and the tools. All else it makes itself, in /dev/shm if there is one,
// and removes it in the end. It fails if a tool fails or if the tools do not
// see the same objects, but never because something is slow.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(3)
	}
}

var errUsage = errors.New("usage")

// options are the flags.
type options struct {
	quick  bool
	runs   int
	only   string
	out    string
	readme string
	corpus string
}

func (o *options) parse(args []string) error {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.BoolVar(&o.quick, "quick", false, "small inputs and one run: to see that it works")
	f.IntVar(&o.runs, "runs", 5, "how often everything is run")
	f.StringVar(&o.only, "only", "", "the sections to run, with commas: "+strings.Join(sectionNames(), ","))
	f.StringVar(&o.out, "out", "", "write the tables to a file, too, relative to the root of the repository")
	f.StringVar(&o.readme, "readme", "", "renew the figures in a file, relative to the root of the repository")
	f.StringVar(&o.corpus, "corpus", "", "only write all real objects into a file, for the Go benchmarks")
	if err := f.Parse(args); err != nil {
		return errUsage
	}
	// The page is not to have half of the figures, nor those of small inputs.
	if f.NArg() > 0 || o.runs < 1 || o.readme != "" && (o.quick || o.only != "") {
		f.Usage()
		return errUsage
	}
	if o.quick {
		o.runs = 1
	}
	return nil
}

// run does what the command line says.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 1 && args[0] == launchFlag {
		return launch(os.Stdin, stdout)
	}
	var o options
	if err := o.parse(args); err != nil {
		return err
	}
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	if o.corpus != "" {
		return writeCorpus(ctx, o.corpus)
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer b.remove(".")
	tables, err := b.all(ctx, chosen)
	if err != nil {
		return err
	}
	text, err := b.document(tables, args)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, text); err != nil {
		return err
	}
	if o.out != "" {
		if err := os.WriteFile(filepath.Join(b.root, o.out), []byte(text), 0o666); err != nil {
			return err
		}
	}
	if o.readme != "" {
		return renew(filepath.Join(b.root, o.readme), b.summary)
	}
	return nil
}

// writeCorpus writes what KUNIQ_CORPUS may name.
func writeCorpus(ctx context.Context, name string) error {
	files, err := readReal(ctx, os.TempDir())
	if err != nil {
		return err
	}
	r, err := writeStream(name, len(slices.Concat(files...)), realObjects(files))
	if err == nil {
		progress("%d objects, %s", r.objects, size(r.bytes))
	}
	return err
}
