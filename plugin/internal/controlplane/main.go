package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, errDiffer):
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(3)
	}
}

var (
	errUsage  = errors.New("usage: GOWORK=off go run -C plugin/internal/controlplane . build|scopes|up")
	errDiffer = errors.New("the table and the server differ")
)

// run does what the command line says.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errUsage
	}
	switch args[0] {
	case "build":
		p, err := buildPrograms(ctx)
		if err == nil {
			_, err = fmt.Fprintln(stdout, p.Dir)
		}
		return err
	case "scopes":
		return withPlane(ctx, func(p *Plane) error { return compareScopes(ctx, p, stdout) })
	case "up":
		return withPlane(ctx, func(p *Plane) error {
			fmt.Fprintln(stdout, "export KUBECONFIG="+p.Kubeconfig)
			<-ctx.Done()
			return nil
		})
	}
	return errUsage
}

// withPlane runs f with a control plane, which ends with it.
func withPlane(ctx context.Context, f func(*Plane) error) error {
	programs, err := buildPrograms(ctx)
	if err != nil {
		return err
	}
	p, err := Start(ctx, programs, Config{})
	if err != nil {
		return err
	}
	defer p.Stop()
	return f(p)
}
