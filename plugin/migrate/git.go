package migrate

import (
	"context"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// ownFilters returns overrides for the filters that the repository itself configures, and
// their names. Filters are commands that git would run. Those of git-lfs and git-crypt stay:
// both put their own commands there, and without them every file would look changed.
func ownFilters(ctx context.Context, g gitenv.Git) (config [][2]string, names map[string]bool, err error) {
	out, err := g.Fields(ctx, "config", "--null", "--show-scope", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if gitenv.ExitCode(err) == 1 {
		return nil, nil, nil // none
	}
	if err != nil {
		return nil, nil, err
	}
	names = map[string]bool{}
	for i := 0; i+1 < len(out); i += 2 {
		key, command, _ := strings.Cut(out[i+1], "\n")
		if scope := out[i]; scope != "local" && scope != "worktree" || knownFilter(command) {
			continue
		}
		name := strings.TrimPrefix(key[:strings.LastIndexByte(key, '.')], "filter.")
		names[name] = true
		config = append(config, [2]string{key, ""}, [2]string{"filter." + name + ".required", "false"})
	}
	return config, names, nil
}

// knownFilter says whether a filter's command is exactly that of git-lfs or git-crypt.
func knownFilter(command string) bool {
	if strings.ContainsAny(command, ";|&$`<>\\\n") {
		return false
	}
	program, _, _ := strings.Cut(command, " ")
	switch strings.Trim(program, `"`) {
	case "git-lfs", "git-crypt":
		return true
	}
	return false
}
