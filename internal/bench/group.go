package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// watchEvery is how often a watch looks.
const watchEvery = 10 * time.Millisecond

// watchGroup looks again and again how much memory the processes of our group have
// together, without this one. The kernel itself tells only the greatest of them.
// Pages that they share, such as the program, count for each. stop returns the most
// that it saw, 0 where there is no /proc.
func watchGroup() (stop func() int64) {
	done, result := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			select {
			case <-time.After(watchEvery):
				most = max(most, groupMemory(os.Getpid(), syscall.Getpgrp()))
			case <-done:
				result <- most
				return
			}
		}
	}()
	return func() int64 { close(done); return <-result }
}

// groupMemory returns the resident memory of a group of processes, but for one.
func groupMemory(but, group int) int64 {
	var sum int64
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range all {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		pid, pages, in := parseStat(data)
		if in == group && pid != but {
			sum += pages * int64(os.Getpagesize())
		}
	}
	return sum
}

// parseStat returns three fields of /proc/PID/stat; see proc(5). The name of
// the program, in parentheses, may hold anything.
func parseStat(data []byte) (pid int, pages int64, group int) {
	end := bytes.LastIndexByte(data, ')')
	if end < 0 {
		return 0, 0, 0
	}
	first, _, _ := bytes.Cut(data, []byte(" "))
	fields := bytes.Fields(data[end+1:]) // from the third on
	if len(fields) < 22 {
		return 0, 0, 0
	}
	pid, _ = strconv.Atoi(string(first))
	group, _ = strconv.Atoi(string(fields[2]))
	pages, _ = strconv.ParseInt(string(fields[21]), 10, 64)
	return pid, pages, group
}
