package main

import (
	"regexp"
	"strings"
)

// An exception is a command of the pages that TestDocuments does not run.
type exception struct {
	page    string // empty: any
	command string // its beginning, or empty for any
	tool    string // a word of the command, if it is not empty
	reason  string
}

// matches says whether the exception is about a command of a page.
func (e exception) matches(page, command string) bool {
	return (e.page == "" || e.page == page) && strings.HasPrefix(command, e.command) &&
		(e.tool == "" || regexp.MustCompile(`(^|[^\w./-])`+regexp.QuoteMeta(e.tool)+`($|[^\w./-])`).MatchString(command))
}

// elsewhere has every command of the pages that TestDocuments does not run,
// with the reason.
var elsewhere = []exception{
	{tool: "kubectl", reason: "needs a cluster"},
	{tool: "kustomize", reason: "needs another tool"},
	{tool: "helm", reason: "needs another tool"},
	{tool: "kpt", reason: "needs another tool"},
	{tool: "gh", reason: "needs a pull request"},
	{page: "docs/baseline.md", command: "kuniq check --strict --policy-from origin/main .", reason: "needs a repository of manifests; docs/argocd.md runs it in a directory"},
	{tool: "duckdb", reason: "needs another tool; internal/bench/warehouse runs the query"},
	{tool: "sqlite3", reason: "needs another tool; plugin/internal/e2e runs the query"},
	{tool: "go test", reason: "would run this test again without end"},
	{tool: "go generate", reason: "writes tables, which tests compare"},
	{tool: "GOWORK=off", reason: "needs a control plane, and goes on until it is stopped"},
	{tool: "/cache/vendor", reason: "needs the network; plugin/internal/e2e runs the script"},
	{page: "CONTRIBUTING.md", command: ".ci/run", reason: "takes long, and would run this test again without end"},
	{page: "docs/releasing.md", reason: "publishes, or takes ten minutes; .ci/run does the dry run"},
	{page: "docs/hosts.md", reason: "needs a published module"},
	{page: "docs/migration.md", reason: "TestMigrationDocument runs it from start to end, in the example"},
	{page: "docs/runbook.md", reason: "needs a cluster; plugin/internal/controlplane follows it"},
	{page: "docs/restore.md", reason: "needs the dumps of a cluster; plugin/internal/controlplane makes some"},
	{page: "examples/admission/README.md", reason: "needs a cluster; plugin/internal/controlplane follows it"},
	{page: "examples/helm/README.md", reason: "needs helm; plugin/internal/e2e runs it"},
	{page: "examples/jsonnet/README.md", reason: "needs jsonnet, Tanka and kubecfg; plugin/internal/e2e runs it"},
	{page: "examples/kustomize/README.md", reason: "needs kustomize; plugin/internal/e2e runs it"},
}

// fails has the commands of blocks "sh" that end with another exit code than 0.
var fails = map[string]int{
	"go run ./plugin/cmd/kuniq check examples/incident/head": 1, // that is its point
}
