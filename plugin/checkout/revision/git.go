package revision

import (
	"context"
	"strings"

	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// withoutFilters returns git with all clean and smudge filters disabled: they
// are commands that git would run on the files of the working tree.
func withoutFilters(ctx context.Context, g gitenv.Git) (gitenv.Git, error) {
	err := g.Each(ctx, func(key string) {
		name := key[:max(0, strings.LastIndexByte(key, '.'))]
		g.Config = append(g.Config, [2]string{key, ""}, [2]string{name + ".required", "false"})
	}, "config", "--null", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	if gitenv.ExitCode(err) == 1 {
		return g, nil // there are none
	}
	return g, err
}
