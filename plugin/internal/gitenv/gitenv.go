// Package gitenv runs the git command on an untrusted repository, in an environment in which
// git executes and fetches nothing that the repository names.
package gitenv

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// safe keeps the repository from running commands: its configuration names a file system
// monitor, hooks and a program that checks signatures. Nothing is fetched either.
var safe = [][2]string{
	{"core.fsmonitor", "false"},
	{"core.hooksPath", os.DevNull},
	{"core.quotePath", "false"},
	{"log.showSignature", "false"},
	{"protocol.allow", "never"},
}

// kept are the variables of git that locate the user's own configuration. All others, such
// as GIT_DIR and GIT_INDEX_FILE, would make git work on something other than its working
// directory.
var kept = []string{
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
	"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
}

// fixed take no locks, ask nothing, and fetch nothing: in a partial clone git would
// otherwise get a missing object from the network. They also keep the repository from
// passing off one commit as another, or giving it other parents.
var fixed = []string{
	"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
	"GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=" + os.DevNull,
}

// Reason returns the line of git's standard error that says why it failed, and
// "" if there is none: warnings and hints may come before it.
func Reason(stderr string) string {
	first := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "fatal: ") || strings.HasPrefix(line, "error: ") {
			return line
		}
		if first == "" && !strings.HasPrefix(line, "hint:") && !strings.HasPrefix(line, "warning:") {
			first = line
		}
	}
	return first
}

// Environment returns the environment of the git command. config are settings that override
// those of the repository, and more are further variables. Both may be nil.
func Environment(config [][2]string, more ...string) []string {
	var out []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "GIT_") || slices.Contains(kept, name) {
			out = append(out, v)
		}
	}
	out = slices.Concat(out, fixed, more)
	all := slices.Concat(safe, config)
	out = append(out, "GIT_CONFIG_COUNT="+strconv.Itoa(len(all)))
	for i, kv := range all {
		out = append(out, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, kv[0]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, kv[1]))
	}
	return out
}
