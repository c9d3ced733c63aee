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
	{command: "go test work", reason: "runs this very test, which would run it again without end"},
	{command: "./.ci/run", reason: "runs this very test"}, {command: ".ci/run", reason: "runs this very test"},
	{tool: "kubectl", reason: "needs a cluster"},
	{tool: "kustomize", reason: "needs another tool; plugin/internal/e2e runs the examples"},
	{tool: "helm", reason: "needs another tool; plugin/internal/e2e runs the examples"},
	{tool: "kpt", reason: "needs another tool; plugin/internal/e2e runs the examples"},
	{tool: "kubecfg", reason: "needs another tool; plugin/internal/e2e runs the examples"},
	{tool: "tk", reason: "needs another tool"},
	{tool: "duckdb", reason: "needs another tool"},
	{tool: "sqlite3", reason: "needs another tool; plugin/internal/e2e runs the query"},
}
