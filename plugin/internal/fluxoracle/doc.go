// Package fluxoracle compares how kuniq builds Kustomizations with how Flux's own
// libraries do, which are too heavy for the module of the tool. It has only tests.
package fluxoracle
