package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// plane is the control plane that all tests share, or nil.
var plane *Plane

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

// runTests starts the control plane if its programs are there, or if
// KUNIQ_CONTROLPLANE=1 asks for them to be built.
func runTests(m *testing.M) int {
	if os.Getenv(childMode) != "" {
		return child()
	}
	ctx := context.Background()
	programs, ok, err := cachedPrograms(ctx)
	if err == nil && !ok && os.Getenv("KUNIQ_CONTROLPLANE") == "1" {
		programs, err = buildPrograms(ctx)
		ok = true
	}
	if err == nil && ok {
		plane, err = Start(ctx, programs, Config{})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		return 3
	}
	if plane != nil {
		defer plane.Stop()
		stopOnSignal()
	}
	return m.Run()
}

// cachedPrograms returns the programs, and whether all of them are there at the
// versions that go.mod requires.
func cachedPrograms(ctx context.Context) (Programs, bool, error) {
	dir, err := cacheDir(ctx)
	if err != nil {
		return Programs{}, false, err
	}
	p := Programs{Dir: dir}
	for _, want := range programs {
		if !p.has(want) {
			return p, false, nil
		}
	}
	return p, true, nil
}

// stopOnSignal stops the control plane when the tests are interrupted.
func stopOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		plane.Stop()
		os.Exit(3)
	}()
}

// live returns the control plane, or skips the test without one.
func live(t *testing.T) *Plane {
	t.Helper()
	if plane == nil {
		t.Skip("the programs are not built: set KUNIQ_CONTROLPLANE=1")
	}
	return plane
}
