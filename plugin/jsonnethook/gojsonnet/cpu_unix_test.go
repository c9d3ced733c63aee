//go:build unix

package gojsonnet_test

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used, whatever else the machine does.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
