package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// A fleet is how a tool is told what to deploy.
type fleet struct {
	tool      string // a command of kuniq
	name      string
	deployers string // how the tool calls them
	planes    string // its control planes, and how many there are
	sets      string // the files of each control plane
	roots     int    // deployers that deploy the others, at most
	declare   func(*tree, app)
}

var (
	argoCD = fleet{"argocd", "Argo CD", "Applications", fmt.Sprintf("%d Argo CDs and %d clusters", instances, clusters), "argocd/{instance}", 0, (*tree).application}
	flux   = fleet{"flux", "Flux", "Kustomizations", fmt.Sprintf("%d clusters, a root in each,", clusters), "clusters/{cluster}", clusters, (*tree).kustomization}
)

// measure measures what one change to a base costs in fleets.
func (f *fleet) measure(b *bench, ctx context.Context) (table, error) {
	defer b.remove(f.tool)
	all := b.scaled(500, 2*clusters)
	whole, half, fourth := "all "+f.deployers, "half of them", "a quarter of them"
	c := contest{
		title: fmt.Sprintf("%s: %d %s", f.name, all, f.deployers),
		text: fmt.Sprintf("`kuniq %s impact` on a repository of %d %s of %s with %d objects, made by the command: kustomizations over shared bases, and one directory of plain manifests in %d. "+
			"The change removes one PersistentVolumeClaim from a base that %d %s use, one in each cluster. kuniq must report exactly these. There is no cache. "+
			"Half and a quarter of them have the same change. Peak memory is that of all processes together, as seen every %v.",
			f.tool, all, f.deployers, f.planes, all*perApp, plainEach, min(all, clusters), f.deployers, watchEvery),
		header: []string{"compared", "wall", "processor", "peak memory", "wall, × a quarter", "processor, × a quarter"},
		floor:  fourth, large: true,
	}
	for i, name := range []string{whole, half, fourth} {
		apps := all >> i
		where := filepath.Join(b.path(f.tool), fmt.Sprint(apps))
		for tree, removed := range map[string]bool{"base": false, "head": true} {
			if err := writeDeployers(filepath.Join(where, tree), f.declare, apps, removed); err != nil {
				return table{}, err
			}
		}
		c.entries = append(c.entries, f.impact(b, name, where, apps, "--base", "base", "--head", "head"))
	}
	if _, err := exec.LookPath("git"); err == nil {
		repository := filepath.Join(b.path(f.tool), "git")
		if err := f.writeRevisions(ctx, repository, all); err != nil {
			return table{}, err
		}
		c.entries = append(c.entries, f.impact(b, "all, two revisions of git", repository, all, "--base", "HEAD~1"))
	}
	t, err := b.measure(ctx, &c)
	if err != nil {
		return t, err
	}
	took := c.median(whole, wall)
	t.aims = []aim{
		{text: "wall time of all", got: took, limit: 10, unit: duration},
		{text: "processor time of all against a quarter of them", got: c.ratio(whole, fourth, cpu).median, limit: 4},
	}
	b.say("`kuniq %s impact` takes %s to report a change to one base in a fleet of %d %s with %d objects.", f.tool, duration(took), all, f.deployers, all*perApp)
	return t, nil
}

// impact must find what the change does to the deployers of the first base, and to no
// other.
func (f *fleet) impact(b *bench, name, where string, apps int, trees ...string) entry {
	want := fmt.Sprintf("\n%d deployers compared, %d changed", apps+min(apps, f.roots), min(apps, clusters))
	e := b.kuniq(name, where, func(s sample) error {
		if s.Exit != 1 || !strings.Contains(s.Output, want) || strings.Contains(s.Output, "not known") {
			return fmt.Errorf("exit code %d, and not %q: %q", s.Exit, want, s.end())
		}
		return nil
	}, append([]string{f.tool, "impact", "--set", f.sets}, trees...)...)
	e.cmd.Group = true
	return e
}

// writeRevisions writes both trees as two commits.
func (f *fleet) writeRevisions(ctx context.Context, dir string, apps int) error {
	const steps = `cd "$0"; git add .; git -c user.name=bench -c user.email=bench@example.com -c commit.gpgsign=false commit -q -m "$1"`
	for i, script := range []string{`git init -q "$0"; ` + steps, `rm -r "$0/bases/app-000/volume.yaml"; ` + steps} {
		if err := writeDeployers(dir, f.declare, apps, i == 1); err != nil {
			return err
		}
		if out, err := exec.CommandContext(ctx, "sh", "-ec", script, dir, []string{"base", "head"}[i]).CombinedOutput(); err != nil {
			return fmt.Errorf("git: %w: %s", err, out)
		}
	}
	return nil
}
