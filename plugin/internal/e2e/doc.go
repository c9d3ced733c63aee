// Package e2e holds tests of kuniq inside real tools: kustomize, Helm, kpt, and of its
// pages in Chromium. It has no code of its own.
//
// The tools are installed by the tests at pinned versions, which takes minutes
// the first time, so they run only where they are asked for:
//
//	KUNIQ_E2E=1 go test ./plugin/internal/e2e -count=1 -timeout 25m
package e2e
