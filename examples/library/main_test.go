package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// The example finds the twins of the incident, and fails.
func TestLibrary(t *testing.T) {
	in, err := os.Open("../incident/head/env/argocd/apps.yml")
	require.NoError(t, err)
	defer in.Close()
	cmd := exec.Command("go", "run", ".")
	cmd.Stdin = in
	out, err := cmd.CombinedOutput()
	require.ErrorAs(t, err, new(*exec.ExitError), "%s", out)
	require.Equal(t, `error AppProject.argoproj.io argocd/idpe-cd-aws-prod01-eu-central-1 is declared twice with identical contents
error Application.argoproj.io argocd/idpe-cd-aws-prod01-eu-central-1 is declared twice; the declarations differ at spec.destination.namespace, spec.source.path
exit status 1
`, string(out))
}
