// Package kustomizer runs kustomize over files in memory, and knows what
// kustomize would fetch. It is what the plugins that build kustomizations
// have in common.
package kustomizer
