package main

import (
	"context"
	"fmt"
	"os"
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
func (b *bench) applications(ctx context.Context) ([]table, error) {
	dir := b.path("applications")
	defer os.RemoveAll(dir)
	all := b.scaled(500, 2*clusters)
	c := &contest{}
	for _, f := range []struct {
		name string
		apps int
	}{{wholeFleet, all}, {halfFleet, all / 2}, {fourthOf, all / 4}} {
		where := filepath.Join(dir, fmt.Sprint(f.apps))
		for name, removed := range map[string]bool{"base": false, "head": true} {
			if err := writeApplications(filepath.Join(where, name), f.apps, removed); err != nil {
				return nil, err
			}
		}
		c.add(impactEntry(b.tools["kuniq"], f.name, where, f.apps, "--base", "base", "--head", "head"))
	}
	if _, err := exec.LookPath("git"); err == nil {
		repository := filepath.Join(dir, "git")
		if err := writeRevisions(ctx, repository, all); err != nil {
			return nil, err
		}
		c.add(impactEntry(b.tools["kuniq"], fromGit, repository, all, "--base", "HEAD~1"))
	}
	if err := c.run(ctx, min(b.runs, 3)); err != nil {
		return nil, err
	}
	return []table{impactTable(b, c, all)}, nil
}

// impactEntry must find what the change does to the Applications of the first
// base, and to no other.
func impactEntry(kuniq, name, where string, apps int, trees ...string) entry {
	hit := min(apps, clusters)
	return entry{
		name: name,
		cmd:  command{Args: append([]string{kuniq, "argocd", "impact", "--set", "argocd/{instance}"}, trees...), Dir: where, Pipe: true, Group: true},
		check: func(s sample) error {
			want := fmt.Sprintf("\n%d deployers compared, %d changed", apps, hit)
			if s.Exit != 1 || !strings.Contains(s.Output, want) || strings.Contains(s.Output, "not known") {
				return fmt.Errorf("exit code %d, and not %q: %q", s.Exit, want, s.end())
			}
			return nil
		},
	}
}

// writeRevisions writes both trees as two commits.
func writeRevisions(ctx context.Context, dir string, apps int) error {
	for i, steps := range [][]string{{"init -q", "add .", "commit -q -m base"}, {"add .", "commit -q -m head"}} {
		if err := os.RemoveAll(filepath.Join(dir, "bases")); err != nil {
			return err
		}
		if err := writeApplications(dir, apps, i == 1); err != nil {
			return err
		}
		for _, step := range steps {
			args := append([]string{"-C", dir, "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"}, strings.Fields(step)...)
			if out, err := exec.CommandContext(ctx, "git", args...).CombinedOutput(); err != nil {
				return fmt.Errorf("git %s: %w: %s", step, err, out)
			}
		}
	}
	return nil
}

func impactTable(b *bench, c *contest, all int) table {
	t := table{
		title: fmt.Sprintf("Argo CD: %d Applications", all),
		text: fmt.Sprintf("`kuniq argocd impact` on a repository of %d Applications of %d Argo CDs and %d clusters with %d objects, made by the command: kustomizations over shared bases, and one directory of plain manifests in %d. "+
			"The change takes one PersistentVolumeClaim out of a base that %d Applications use, one in each cluster; all of them must be told, and no others. There is no cache. "+
			"Half and a quarter of them have the same change. Peak memory is that of all processes together, as seen every %v.",
			all, instances, clusters, all*perApp, plainEach, min(all, clusters), watchEvery),
		header: []string{"compared", "wall", "processor", "peak memory", "wall, × a quarter", "processor, × a quarter"},
	}
	for _, e := range c.entries {
		r := c.of(e.name)
		t.rows = append(t.rows, []string{
			e.name, duration(spreadOf(seconds(r, wall)).median), duration(spreadOf(seconds(r, cpu)).median), size(peak(r)),
			c.ratio(e.name, fourthOf).times(), number(c.cpuRatio(e.name, fourthOf).median),
		})
	}
	took := spreadOf(seconds(c.of(wholeFleet), wall)).median
	t.aims = []aim{
		{text: "wall time of all", got: took, limit: 10, unit: duration},
		{text: "processor time of all against a quarter of them", got: c.cpuRatio(wholeFleet, fourthOf).median, limit: 4},
	}
	b.say("`kuniq argocd impact` tells in %s what a change to one base does to a fleet of %d Applications with %d objects.", duration(took), all, all*perApp)
	return t
}
