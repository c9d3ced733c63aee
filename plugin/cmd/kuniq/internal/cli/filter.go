package cli

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/internal/largebuf"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/stream"
)

func filterCommand(c Command) *cobra.Command {
	var f gateFlags
	var name string
	cmd := newCommand("filter [flags]", "Pass manifests on through a pipe if nothing is declared twice", "filter", onlyStdin,
		func(ctx context.Context, _ []string) error { return runFilter(c, ctx, &f, name) })
	f.register(cmd)
	registerStdinName(cmd, &name, "the report")
	return cmd
}

// onlyStdin refuses arguments other than "-".
func onlyStdin(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && args[0] == "-" {
		return nil
	}
	if len(args) > 0 {
		return usagef("%s reads standard input and takes no arguments", cmd.Name())
	}
	return nil
}

func runFilter(c Command, ctx context.Context, f *gateFlags, name string) error {
	g, err := f.barrier(c)
	if err != nil {
		return err
	}
	data, err := readStdin(ctx, c.Stdin)
	if err != nil {
		return err
	}
	if len(data) == 0 && !f.allowEmpty {
		return failf("standard input is empty: did the renderer before it fail? (--allow-empty if that is expected)")
	}
	return g.pass(ctx, name, data)
}

// readWhole reads as many bytes as a regular file says that it has: all processors together
// are faster than one.
func readWhole(r io.Reader) ([]byte, error) {
	const mostLikely = 1 << 20
	if f, ok := r.(*os.File); ok {
		stream.Widen(f)
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return largebuf.Read(f, int(min(info.Size(), mostGated+1, math.MaxInt)), bytes.MinRead)
		}
	}
	return make([]byte, 0, mostLikely), nil
}

// readStdin reads everything. If ctx ends first it gives up: the read itself cannot be
// interrupted and stays behind.
func readStdin(ctx context.Context, r io.Reader) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	got, interrupted := crash.Await(ctx, func() result {
		data, err := readWhole(r)
		buffer := bytes.NewBuffer(data)
		if err == nil {
			_, err = buffer.ReadFrom(io.LimitReader(r, mostGated+1-int64(len(data))))
		}
		return result{buffer.Bytes(), err}
	})
	switch {
	case interrupted != nil:
		return nil, errInterrupted
	case got.err != nil:
		return nil, failf("reading standard input: %w", got.err)
	case int64(len(got.data)) > mostGated:
		return nil, failf("standard input is larger than %d GiB", mostGated>>30)
	}
	return got.data, nil
}
