package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// What is run on fleets.
const (
	wholeFleet = "all Applications"
	halfFleet  = "half of them"
	fourthOf   = "a quarter of them"
	fromGit    = "all, two revisions of git"
)

// applications measures what one change to a base costs in fleets of Argo CD.
func (b *bench) applications(ctx context.Context) (table, error) {
	defer b.remove("applications")
	all := b.scaled(500, 2*clusters)
	c := contest{
		title: fmt.Sprintf("Argo CD: %d Applications", all),
		text: fmt.Sprintf("`kuniq argocd impact` on a repository of %d Applications of %d Argo CDs and %d clusters with %d objects, made by the command: kustomizations over shared bases, and one directory of plain manifests in %d. "+
			"The change takes one PersistentVolumeClaim out of a base that %d Applications use, one in each cluster; all of them must be told, and no others. There is no cache. "+
			"Half and a quarter of them have the same change. Peak memory is that of all processes together, as seen every %v.",
			all, instances, clusters, all*perApp, plainEach, min(all, clusters), watchEvery),
		header: []string{"compared", "wall", "processor", "peak memory", "wall, × a quarter", "processor, × a quarter"},
		floor:  fourthOf, large: true,
	}
	for i, name := range []string{wholeFleet, halfFleet, fourthOf} {
		apps := all >> i
		where := filepath.Join(b.path("applications"), fmt.Sprint(apps))
		for tree, removed := range map[string]bool{"base": false, "head": true} {
			if err := writeApplications(filepath.Join(where, tree), apps, removed); err != nil {
				return table{}, err
			}
		}
		c.entries = append(c.entries, b.impact(name, where, apps, "--base", "base", "--head", "head"))
	}
	if _, err := exec.LookPath("git"); err == nil {
		repository := filepath.Join(b.path("applications"), "git")
		if err := writeRevisions(ctx, repository, all); err != nil {
			return table{}, err
		}
		c.entries = append(c.entries, b.impact(fromGit, repository, all, "--base", "HEAD~1"))
	}
	t, err := b.measure(ctx, &c)
	if err != nil {
		return t, err
	}
	took := c.median(wholeFleet, wall)
	t.aims = []aim{
		{text: "wall time of all", got: took, limit: 10, unit: duration},
		{text: "processor time of all against a quarter of them", got: c.ratio(wholeFleet, fourthOf, cpu).median, limit: 4},
	}
	b.say("`kuniq argocd impact` tells in %s what a change to one base does to a fleet of %d Applications with %d objects.", duration(took), all, all*perApp)
	return t, nil
}

// impact must find what the change does to the Applications of the first base,
// and to no other.
func (b *bench) impact(name, where string, apps int, trees ...string) entry {
	want := fmt.Sprintf("\n%d deployers compared, %d changed", apps, min(apps, clusters))
	e := b.kuniq(name, where, func(s sample) error {
		if s.Exit != 1 || !strings.Contains(s.Output, want) || strings.Contains(s.Output, "not known") {
			return fmt.Errorf("exit code %d, and not %q: %q", s.Exit, want, s.end())
		}
		return nil
	}, append([]string{"argocd", "impact", "--set", "argocd/{instance}"}, trees...)...)
	e.cmd.Group = true
	return e
}

// writeRevisions writes both trees as two commits.
func writeRevisions(ctx context.Context, dir string, apps int) error {
	const steps = `cd "$0"; git add .; git -c user.name=bench -c user.email=bench@example.com -c commit.gpgsign=false commit -q -m "$1"`
	for i, script := range []string{`git init -q "$0"; ` + steps, `rm -r "$0/bases/app-000/volume.yaml"; ` + steps} {
		if err := writeApplications(dir, apps, i == 1); err != nil {
			return err
		}
		if out, err := exec.CommandContext(ctx, "sh", "-ec", script, dir, []string{"base", "head"}[i]).CombinedOutput(); err != nil {
			return fmt.Errorf("git: %w: %s", err, out)
		}
	}
	return nil
}
