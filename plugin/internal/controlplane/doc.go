// Command controlplane runs a real Kubernetes control plane for tests: etcd,
// kube-apiserver and kube-controller-manager on loopback, without nodes. Run it
// in a clone:
//
//	GOWORK=off go run -C plugin/internal/controlplane . build
//	GOWORK=off go run -C plugin/internal/controlplane . scopes
//	GOWORK=off go run -C plugin/internal/controlplane . up
//
// "build" makes the programs, and kubectl, from the Go module proxy, at the
// versions that go.mod requires; that takes some 15 minutes of CPU, once.
// "scopes" compares the table of built-in kinds with what the API server says it
// serves. "up" starts a control plane, prints the path of its kubeconfig, and
// stops it on an interrupt.
//
// The tests hold kuniq to the same server:
//
//	KUNIQ_CONTROLPLANE=1 GOWORK=off go test -C plugin/internal/controlplane -count=1 -timeout 60m ./...
//
// The programs are kept in $(go env GOPATH)/kuniq-ci/controlplane-VERSION, or in
// the directory that KUNIQ_CONTROLPLANE_DIR names.
//
// It is a module of its own, so that none of this is in the go.mod of
// programs that use kuniq.
package main
