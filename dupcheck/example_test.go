package dupcheck_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

func Example() {
	const apps = `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
spec:
  source: {path: prod/shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  namespace: argocd
spec:
  source: {path: staging/shop}
`
	var c dupcheck.Checker
	for o, err := range manifest.Read("apps.yaml", strings.NewReader(apps)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		c.Add(o)
	}
	for _, d := range c.Report().Diagnostics {
		fmt.Printf("%s: %s [%s]\n", d.Severity, d.Message, d.Rule)
		for _, at := range d.Declarations {
			fmt.Printf("%s:%d:%d\n", at.File, at.Line, at.Column)
		}
		fmt.Println(d.Effect)
	}
	// Output:
	// error: Application.argoproj.io argocd/shop is declared twice; the declarations differ at spec.source.path [duplicate-object]
	// apps.yaml:5:9
	// apps.yaml:13:9
	// Argo CD would prune what the other deployed
}

func ExampleNewID() {
	rules := dupcheck.Rules{DefaultNamespace: "shop"}
	old, _ := dupcheck.NewID(rules, "extensions/v1beta1", "Deployment", "", "web")
	new, _ := dupcheck.NewID(rules, "apps/v1", "Deployment", "shop", "web")
	fmt.Println(old, old == new)

	// The server drops the namespace of what is cluster-scoped.
	role, _ := dupcheck.NewID(rules, "rbac.authorization.k8s.io/v1", "ClusterRole", "shop", "reader")
	fmt.Println(role)

	_, err := dupcheck.NewID(rules, "authentication.k8s.io/v1", "TokenReview", "", "x")
	fmt.Println(errors.Is(err, dupcheck.ErrNoIdentity))
	// Output:
	// Deployment.apps shop/web true
	// ClusterRole.rbac.authorization.k8s.io reader
	// true
}

func ExampleChecker() {
	// Objects need not come from a file.
	service := func(set, namespace string) dupcheck.Object {
		return dupcheck.Object{Set: set, APIVersion: "v1", Kind: "Service", Namespace: namespace, Name: "web"}
	}
	var c dupcheck.Checker
	c.Add(service("east", "shop"))
	c.Add(service("west", "shop")) // another cluster
	c.Add(service("east", ""))     // which namespace?
	for _, d := range c.Report().Diagnostics {
		fmt.Println(d.Severity, d.Message)
	}
	c.Rules.DefaultNamespace = "shop"
	for _, d := range c.Report().Diagnostics {
		fmt.Println(d.Severity, d.Message)
	}
	// Output:
	// warning Service web is declared without a namespace and in namespace shop; they are one object if that is the default namespace
	// error Service shop/web is declared twice; the contents were not compared: the content is not known
}

func ExampleRules() {
	rules := dupcheck.Rules{
		DefaultNamespace: "default",
		ClusterScoped:    []dupcheck.GroupKind{{Group: "example.com", Kind: "Glob"}},
		Severity:         map[dupcheck.Rule]dupcheck.Severity{dupcheck.IdenticalObject: dupcheck.Warning},
	}
	id, err := dupcheck.NewID(rules, "example.com/v1", "Glob", "anywhere", "x")
	fmt.Println(id, err)
	// Output:
	// Glob.example.com x <nil>
}

func ExampleReport_Without() {
	r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		{APIVersion: "v1", Kind: "Secret", Namespace: "shop", Name: "tls"},
		{APIVersion: "v1", Kind: "Secret", Namespace: "shop", Name: "tls"},
	})
	pattern, err := dupcheck.ParseIgnore("Secret shop/*")
	if err != nil {
		fmt.Println(err)
		return
	}
	left, unused := r.Without([]dupcheck.Ignore{pattern})
	fmt.Println(len(r.Diagnostics), len(left.Diagnostics), len(unused))
	// Output:
	// 1 0 0
}

// A host that checks names and types by other means wants duplicates alone, lets
// equal copies pass, and finds its own values again by their tags.
func ExampleDuplicatesOnly() {
	type manifest struct{ chart string }
	rules := dupcheck.DuplicatesOnly()
	rules.Severity[dupcheck.IdenticalObject] = dupcheck.Off
	c := dupcheck.Checker{Rules: rules}
	for _, chart := range []string{"shop", "web"} {
		c.Add(dupcheck.Object{
			APIVersion: "v1", Kind: "Secret", Namespace: "prod", Name: "tls", Tag: &manifest{chart},
		})
	}
	for _, d := range c.Report().Diagnostics {
		for _, at := range d.Declarations {
			fmt.Println(d.ID, "is in the chart", at.Tag.(*manifest).chart)
		}
	}
	// Output:
	// Secret prod/tls is in the chart shop
	// Secret prod/tls is in the chart web
}

// The rules of a program are those of the packages it uses, in one table.
func ExampleRuleTable() {
	table := append(dupcheck.AllRules(), dupcheck.NewRuleTable("https://example.com/rules",
		dupcheck.RuleInfo{Rule: "no-owner", Severity: dupcheck.Warning, Summary: "an object names no team"})...)
	rule, err := table.Parse("no-owner")
	info, _ := table.Info(rule)
	fmt.Println(info.Severity, info.Summary, info.Help, err)
	// Output:
	// warning an object names no team https://example.com/rules#no-owner <nil>
}
