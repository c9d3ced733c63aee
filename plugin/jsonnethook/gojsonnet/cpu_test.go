//go:build !unix

package gojsonnet_test

import "time"

var start = time.Now()

// cpuTime is the time since the start: better than nothing.
func cpuTime() time.Duration { return time.Since(start) }
