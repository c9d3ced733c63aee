package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// A watch looks again and again how much memory the processes of our group have
// together, without this one. The kernel itself tells only the greatest of
// them. Pages that they share, such as the program, count for each.
type watch struct {
	done chan struct{}
	most chan int64
}

// watchEvery is how often it looks.
const watchEvery = 10 * time.Millisecond

// watchGroup starts a watch.
func watchGroup() *watch {
	w := &watch{make(chan struct{}), make(chan int64)}
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		var most int64
		for {
			select {
			case <-tick.C:
				most = max(most, groupMemory(os.Getpid(), syscall.Getpgrp()))
			case <-w.done:
				w.most <- most
				return
			}
		}
	}()
	return w
}

// stop ends a watch and returns the most that it saw, 0 where there is no /proc.
func (w *watch) stop() int64 {
	close(w.done)
	return <-w.most
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
