package revision

import (
	"context"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// git runs the git command in a directory.
type git struct{ gitenv.Git }

// withoutFilters returns git with all clean and smudge filters disabled: they
// are commands that git would run on the files of the working tree.
func (g git) withoutFilters(ctx context.Context) (git, error) {
	err := g.Each(ctx, func(key string) {
		name := key[:max(0, strings.LastIndexByte(key, '.'))]
		g.Config = append(g.Config, [2]string{key, ""}, [2]string{name + ".required", "false"})
	}, "config", "--null", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if gitenv.ExitCode(err) == 1 {
		return g, nil // there are none
	}
	return g, err
}
