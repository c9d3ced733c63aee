package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// copyGitops copies examples/gitops to where no git repository is around it.
func copyGitops(t *testing.T) {
	t.Helper()
	from, err := filepath.Abs("../../../../../examples/gitops")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.CopyFS(".", os.DirFS(from)))
}

// TestGitopsRepository: no object of the usual shapes collides, and what cannot
// be rendered is never clean.
func TestGitopsRepository(t *testing.T) {
	copyGitops(t)
	got := run(t, "", "check", "-o", "json", "repository")
	assert.Equal(t, exitNoWork, got.code, got.stderr)
	r := decodeContract(t, got.stdout)
	assert.Empty(t, r.Diagnostics)
	assert.Equal(t, 25, r.Objects)
	var unread []string
	for _, u := range r.Unread {
		unread = append(unread, u.File)
	}
	assert.Equal(t, []string{"repository/charts/cache", "repository/infra/broken", "repository/infra/remote"}, unread)

	got = run(t, "", "check", "--allow-unresolved", "**/infra/*", "--allow-unresolved", "**/charts/*", "repository")
	assert.Equal(t, exitClean, got.code)
	assert.Equal(t, "no duplicates\n\nnote: not known, as allow-unresolved **/charts/* allows: repository/charts/cache\n"+
		"note: not known, as allow-unresolved **/infra/* allows: repository/infra/broken, repository/infra/remote\n\n"+
		"20 files, 25 objects, no duplicates, 4 skipped; rendered: repository/apps/shop/overlays/prod (3 files), "+
		"repository/apps/shop/overlays/staging (3 files), repository/env/aws/one (3 files) and 3 more; "+
		"left out: repository/charts/cache (2 files), repository/infra/broken (1 file), repository/infra/remote (1 file)\n", got.stdout)
	assert.Empty(t, got.stderr)
}

// TestGitopsCollisions: each mistake is found, with both places in the source.
func TestGitopsCollisions(t *testing.T) {
	copyGitops(t)
	got := run(t, "", "check", "-o", "json", "--set", "collisions/{what}", "collisions")
	assert.Equal(t, exitFindings, got.code, got.stderr)
	type place struct {
		file string
		line int
	}
	places := map[string][]place{}
	r := decodeContract(t, got.stdout)
	for _, d := range r.Diagnostics {
		if d.Severity != "error" {
			continue
		}
		for _, at := range d.Declarations {
			places[d.Set] = append(places[d.Set], place{at.File, at.Line})
		}
	}
	assert.Equal(t, map[string][]place{
		"versions": {{"collisions/versions/new.yaml", 4}, {"collisions/versions/old.yaml", 4}},
		"roots":    {{"collisions/roots/a/web.yaml", 4}, {"collisions/roots/b/web.yaml", 4}},
		"crd":      {{"collisions/crd/client/crds.yaml", 4}, {"collisions/crd/operator/crds.yaml", 4}},
		"scope":    {{"collisions/scope/a/role.yaml", 4}, {"collisions/scope/b/role.yaml", 4}},
		"alias":    {{"collisions/alias/old.yaml", 4}, {"collisions/alias/new.yaml", 4}},
		"shadow":   {{"collisions/shadow/hotfix.yaml", 5}, {"collisions/shadow/app/web.yaml", 4}},
		"copy":     {{"collisions/copy/web.yaml", 4}, {"collisions/copy/worker.yaml", 4}},
		"project":  {{"collisions/project/blog/project.yaml", 4}, {"collisions/project/shop/project.yaml", 4}},
	}, places)
	assert.Empty(t, r.Unread, "that kustomize refuses one because of a duplicate is a finding")

	// The contents were compared, too.
	for _, d := range r.Diagnostics {
		if d.Set == "shadow" {
			assert.Equal(t, []string{"spec.paused"}, d.Differs)
		}
	}

	// By default every root is a set of its own.
	got = run(t, "", "check", "-o", "json", "collisions")
	for _, d := range decodeContract(t, got.stdout).Diagnostics {
		if len(d.Declarations) > 1 {
			assert.Contains(t, []string{"collisions/versions", "collisions/alias", "collisions/copy"}, d.Set, d.Rule)
		}
	}
}

// TestGitopsAlternatives: overlays that were meant to be alternatives are known
// by what they have in common, and the flag that is named separates them.
func TestGitopsAlternatives(t *testing.T) {
	copyGitops(t)
	got := run(t, "", "check", "--together", "repository/apps")
	assert.Equal(t, exitFindings, got.code)
	assert.Regexp(t, `^kuniq: warning: repository/apps/shop/overlays/\w+ and repository/apps/shop/overlays/\w+ have \d objects in common and look like alternatives; `+
		`in place of together, set 'repository/apps/shop/overlays/\{set\}' would separate them\n$`, got.stderr)
	got = run(t, "", "check", "--set", "repository/apps/shop/overlays/{set}", "repository/apps")
	assert.Equal(t, exitClean, got.code, got.stdout)
	assert.Empty(t, got.stderr)
}
