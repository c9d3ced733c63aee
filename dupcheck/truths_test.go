package dupcheck_test

import "strings"

const (
	invalidName      = "invalid-name warning"
	notAString       = "not-a-string error"
	duplicate        = "duplicate-object error"
	identical        = "identical-object error"
	duplicateKey     = "duplicate-key error"
	noName           = "no-name error"
	invalidType      = "invalid-type warning"
	namespaceIgnored = "namespace-ignored warning"
	nearDuplicate    = "near-duplicate warning"
	crdConflict      = "crd-conflict error"
)

func configMap(name string, more ...string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n" + strings.Join(more, "\n") + "\n"
}

func configMapIn(namespace, name string, more ...string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: " + namespace + "\n  name: " + name + "\n" + strings.Join(more, "\n") + "\n"
}

func role(name string) string {
	return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: " + name + "}\nrules: []\n"
}

func clusterRole(metadata string) string {
	return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: id-a" + metadata + "}\nrules: []\n"
}

func typed(apiVersion, kind string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: id-a\n"
}

func crd(name, group, kind, plural, scope, metadata string) string {
	return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: " + name + metadata + "}\n" +
		"spec: {group: " + group + ", scope: " + scope + ", names: {kind: " + kind + ", plural: " + plural + "}, versions: []}\n"
}

func glob(metadata string) string {
	return "apiVersion: ex.example.com/v1\nkind: Glob\nmetadata: {name: id-g" + metadata + "}\n"
}

func docs(all ...string) string { return strings.Join(all, "---\n") }

var (
	widgets  = crd("widgets.ex.example.com", "ex.example.com", "Widget", "widgets", "Namespaced", "")
	widgetz  = crd("widgetz.ex.example.com", "ex.example.com", "Widget", "widgetz", "Namespaced", "")
	widgets2 = crd("widgets.ex2.example.com", "ex2.example.com", "Widget", "widgets", "Namespaced", "")
	globs    = crd("globs.ex.example.com", "ex.example.com", "Glob", "globs", "Cluster", "")
	event    = "reportingComponent: x\ninvolvedObject: {kind: Pod}\n"
	named    = "metadata: {name: id-w, namespace: default}\n"
)

// truths are the measured cases. The manifests are written here after the
// description of each case.
var truths = []truth{
	// metadata.namespace.
	{id: "B01 B01s B04", yaml: clusterRole(", namespace: nonexistent"), ids: "ClusterRole.rbac.authorization.k8s.io id-a", rules: []string{namespaceIgnored}},
	{
		id: "B02", yaml: docs(clusterRole(""), clusterRole(", namespace: team-a"), clusterRole(", namespace: team-b")),
		ids: "ClusterRole.rbac.authorization.k8s.io id-a", rules: []string{duplicate, namespaceIgnored, namespaceIgnored},
	},
	{id: "B03", yaml: clusterRole(", namespace: team-a"), namespace: "team-b", ids: "ClusterRole.rbac.authorization.k8s.io id-a", rules: []string{namespaceIgnored}},
	{id: "B06", yaml: "apiVersion: v1\nkind: Namespace\nmetadata: {name: id-ns, namespace: other}\n", ids: "Namespace id-ns", rules: []string{namespaceIgnored}},
	{id: "B10", yaml: configMap("id-a"), ids: "ConfigMap default/id-a"},
	{id: "B11", yaml: configMap("id-a"), namespace: "team-a", ids: "ConfigMap team-a/id-a"},
	{id: "B12", yaml: docs(configMap("id-a", "data: {v: '1'}"), configMapIn("default", "id-a", "data: {v: '2'}")), ids: "ConfigMap default/id-a", rules: []string{duplicate}},
	{id: "B13", yaml: docs(configMap("id-a"), configMapIn("default", "id-a")), namespace: "team-a", ids: "ConfigMap default/id-a; ConfigMap team-a/id-a"},
	{id: "B14", yaml: configMapIn(`""`, "id-a"), ids: "ConfigMap default/id-a"},
	{id: "B15", yaml: configMapIn("~", "id-a"), ids: "ConfigMap default/id-a"},
	{id: "B16", yaml: configMapIn("123", "id-a"), rules: []string{notAString}},
	{id: "B17", yaml: configMapIn("Team-A", "id-a"), ids: "ConfigMap Team-A/id-a", rules: []string{invalidName}},
	{id: "B18", yaml: configMapIn(`"default "`, "id-a"), ids: `ConfigMap "default "/id-a`, rules: []string{invalidName}},

	// metadata.name: types and the rule of most kinds.
	{id: "N00", yaml: configMap("Id-A"), ids: "ConfigMap default/Id-A", rules: []string{invalidName}},
	{id: "N01", yaml: configMap("123"), rules: []string{notAString}},
	{id: "N02", yaml: configMap(`"123"`), ids: "ConfigMap default/123"},
	{id: "N03", yaml: configMap("yes"), rules: []string{notAString}},
	{id: "N04", yaml: configMap("on"), rules: []string{notAString}},
	{id: "N05", yaml: configMap("true"), rules: []string{notAString}},
	{id: "N06", yaml: configMap(`"yes"`), ids: "ConfigMap default/yes"},
	{id: "N07", yaml: configMap("1e3"), rules: []string{notAString}},
	{id: "N08", yaml: configMap("1.10"), rules: []string{notAString}},
	{id: "N09", yaml: configMap("0x1f"), rules: []string{notAString}},
	{id: "N10", yaml: configMap("0o17"), rules: []string{notAString}},
	{id: "N11", yaml: configMap("017"), rules: []string{notAString}},
	{id: "N12", yaml: configMap("2020-01-01"), ids: "ConfigMap default/2020-01-01"},
	{id: "N13", yaml: configMap("12:30:45"), ids: "ConfigMap default/12:30:45", rules: []string{invalidName}},
	{id: "N14", yaml: configMap("~"), rules: []string{noName}},
	{id: "N15", yaml: configMap(`""`), rules: []string{noName}},
	{id: "N16", yaml: configMap(`" id-a "`), ids: `ConfigMap default/" id-a "`, rules: []string{invalidName}},
	{id: "N17", yaml: configMap("id-a   "), ids: "ConfigMap default/id-a"},
	{id: "N18", yaml: configMap("id_a"), ids: "ConfigMap default/id_a", rules: []string{invalidName}},
	{id: "N19", yaml: configMap("id-a:b"), ids: "ConfigMap default/id-a:b", rules: []string{invalidName}},
	{id: "N20", yaml: configMap("id-a.b"), ids: "ConfigMap default/id-a.b"},
	{id: "N21", yaml: configMap("id-a."), ids: "ConfigMap default/id-a.", rules: []string{invalidName}},
	{id: "N22", yaml: configMap("id-a/b"), ids: `ConfigMap default/"id-a/b"`, rules: []string{"invalid-name error"}},
	{id: "N23", yaml: configMap("y"), rules: []string{notAString}},
	{id: "N24", yaml: configMap("n"), rules: []string{notAString}},
	{id: "N25", yaml: configMap(".inf"), rules: []string{notAString}},
	{id: "N26", yaml: configMap("1_000"), rules: []string{notAString}},
	{id: "N27", yaml: configMap(strings.Repeat("a", 254)), ids: "ConfigMap default/" + strings.Repeat("a", 254), rules: []string{invalidName}},
	{id: "N28", yaml: configMap(">\n    id-a"), ids: `ConfigMap default/"id-a\n"`, rules: []string{invalidName}},
	{id: "N29", yaml: configMap("id-\u00e9"), ids: `ConfigMap default/"id-\u00e9"`, rules: []string{invalidName}},

	// RBAC names are any path segment, and nothing is folded or trimmed.
	{id: "R00", yaml: role("Id-A"), ids: "Role.rbac.authorization.k8s.io default/Id-A"},
	{id: "R01", yaml: role("id-a:B"), ids: "Role.rbac.authorization.k8s.io default/id-a:B"},
	{id: "R02", yaml: role("id- a"), ids: `Role.rbac.authorization.k8s.io default/"id- a"`},
	{id: "R03", yaml: role(`" id-a"`), ids: `Role.rbac.authorization.k8s.io default/" id-a"`},
	{id: "R04", yaml: role("id-a/b"), ids: `Role.rbac.authorization.k8s.io default/"id-a/b"`, rules: []string{"invalid-name error"}},
	{id: "R05", yaml: role("id-a%b"), ids: `Role.rbac.authorization.k8s.io default/"id-a%b"`, rules: []string{"invalid-name error"}},
	{id: "R06", yaml: role(`".."`), ids: `Role.rbac.authorization.k8s.io default/..`, rules: []string{"invalid-name error"}},
	{id: "R07", yaml: role("id-\u00e9"), ids: `Role.rbac.authorization.k8s.io default/"id-\u00e9"`},
	{
		id: "R10", yaml: docs(role("id-a"), role("Id-a"), role("ID-A")), rules: []string{nearDuplicate},
		ids: "Role.rbac.authorization.k8s.io default/ID-A; Role.rbac.authorization.k8s.io default/Id-a; Role.rbac.authorization.k8s.io default/id-a",
	},
	{
		id: "R11", yaml: docs(role("id-\u00e9"), role("id-e\u0301")), rules: []string{nearDuplicate},
		ids: `Role.rbac.authorization.k8s.io default/"id-e\u0301"; Role.rbac.authorization.k8s.io default/"id-\u00e9"`,
	},

	// metadata.generateName.
	{id: "G01 G02", yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: id-gen-}\n"},
	{id: "G03", yaml: strings.Repeat("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: id-gen-}\n", 2)},
	{id: "G04", yaml: configMap("id-fixed\n  generateName: id-gen-"), ids: "ConfigMap default/id-fixed"},
	{id: "G05", yaml: strings.Repeat("---\n"+configMap("id-fixed\n  generateName: id-gen-"), 2), ids: "ConfigMap default/id-fixed", rules: []string{identical}},
	{id: "G06", yaml: configMap("\"\"\n  generateName: id-gen-")},
	{id: "G07", yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n", rules: []string{noName}},
	{id: "G08", yaml: "apiVersion: v1\nkind: ConfigMap\ndata: {v: '1'}\n", rules: []string{noName}},

	// Lists.
	{id: "L01", yaml: list("List", "v1", flow("id-a", "1"), flow("id-b", "1")), ids: "ConfigMap default/id-a; ConfigMap default/id-b"},
	{id: "L02", yaml: list("List", "v1", flow("id-a", "1"), flow("id-a", "2")), ids: "ConfigMap default/id-a", rules: []string{duplicate}},
	{id: "L03", yaml: list("List", "v1", "{apiVersion: v1, kind: List, items: ["+flow("id-a", "1")+"]}"), ids: "ConfigMap default/id-a", rules: []string{"nested-list error"}},
	{id: "L04", yaml: list("ConfigMapList", "v1", flow("id-a", "1"), flow("id-b", "1")), ids: "ConfigMap default/id-a; ConfigMap default/id-b"},
	{id: "L05", yaml: list("ConfigMapList", "v1", "{metadata: {name: id-a}}"), ids: "ConfigMap default/id-a"},
	{id: "L06", yaml: list("List", "v1", "{metadata: {name: id-a}}"), rules: []string{"invalid-type error"}},
	{id: "L07", yaml: "metadata: {namespace: team-a}\n" + list("List", "v1", flow("id-a", "1")), ids: "ConfigMap default/id-a"},
	{id: "L08", yaml: "apiVersion: v1\nkind: List\nitems: []\n"},
	{id: "L09", yaml: "apiVersion: v1\nkind: List\nitems: null\n"},
	{id: "L11", yaml: list("RoleList", "rbac.authorization.k8s.io/v1", "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: id-a}}"), ids: "Role.rbac.authorization.k8s.io default/id-a"},
	{id: "L12", yaml: configMap("id-a", "items: []"), ids: "ConfigMap default/id-a", rules: []string{"stray-items error"}},

	// Duplicate keys: the last one wins.
	{id: "D01 D02 D03 D03s D05Ignore D05Warn D05Strict", yaml: configMap("id-a\n  name: id-b"), ids: "ConfigMap default/id-b", rules: []string{duplicateKey}},
	{id: "D04", yaml: "apiVersion: v1\nkind: ConfigMap\nkind: Secret\nmetadata: {name: id-a}\n", ids: "Secret default/id-a", rules: []string{duplicateKey}},
	{id: "D04b", yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: id-a}\nmetadata: {name: id-b}\n", ids: "ConfigMap default/id-b", rules: []string{duplicateKey}},
	{id: "D06Ignore D06Warn D06Strict", yaml: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"id-a","name":"id-b"}}`, ids: "ConfigMap default/id-b", rules: []string{duplicateKey}},
	{id: "D07", yaml: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"NAME":"id-a"}}`, rules: []string{noName}},
	{id: "D08", yaml: "apiVersion: v1\nkind: ConfigMap\nx: &x {name: id-m}\nmetadata: {<<: *x}\n", ids: "ConfigMap default/id-m"},
	{id: "D09", yaml: "apiVersion: v1\nkind: ConfigMap\ndata: {v: &n id-al}\nmetadata: {name: *n}\n", ids: "ConfigMap default/id-al"},

	// apiVersion and kind are compared as they are written. Where the server
	// refuses one, we say so; the identity is that of the type as written.
	{id: "V00", yaml: typed(`"v1 "`, "ConfigMap"), ids: "ConfigMap default/id-a", rules: []string{invalidType}},
	{id: "V01", yaml: typed(`" v1"`, "ConfigMap"), ids: "ConfigMap default/id-a", rules: []string{invalidType}},
	{id: "V02", yaml: typed("v1   ", "ConfigMap"), ids: "ConfigMap default/id-a"},
	{id: "V03", yaml: typed("core/v1", "ConfigMap"), ids: "ConfigMap.core default/id-a", rules: []string{invalidType}},
	{id: "V04", yaml: typed("/v1", "ConfigMap"), ids: "ConfigMap default/id-a"},
	{id: "V05", yaml: typed("V1", "ConfigMap"), ids: "ConfigMap default/id-a", rules: []string{invalidType}},
	{id: "V06", yaml: typed("v1", "configmap"), ids: "configmap default/id-a", rules: []string{invalidType}},
	{id: "V07", yaml: typed("v1", `"ConfigMap "`), ids: `"ConfigMap " default/id-a`, rules: []string{invalidType}},
	{id: "V08", yaml: typed("v1", "CONFIGMAP"), ids: "CONFIGMAP default/id-a", rules: []string{invalidType}},
	{id: "V09", yaml: typed("v1/", "ConfigMap"), rules: []string{"invalid-type error"}},
	{id: "V10", yaml: typed(`""`, "ConfigMap"), rules: []string{"no-apiversion warning"}},
	{id: "V11", yaml: typed("1", "ConfigMap"), rules: []string{notAString}},
	{id: "V12", yaml: typed("~", "ConfigMap"), rules: []string{"no-apiversion warning"}},
	{id: "V13", yaml: typed("v1", "~"), rules: []string{invalidType}},
	{id: "V14", yaml: typed("a/b/c", "ConfigMap"), rules: []string{"invalid-type error"}},
	{id: "V15", yaml: typed("v2", "ConfigMap"), ids: "ConfigMap default/id-a", rules: []string{invalidType}},
	{id: "V20", yaml: typed("apps/v1", "Deployment"), ids: "Deployment.apps default/id-a"},
	{id: "V21", yaml: typed("Apps/v1", "Deployment"), ids: "Deployment.Apps default/id-a", rules: []string{invalidType}},
	{id: "V22", yaml: typed("apps/V1", "Deployment"), ids: "Deployment.apps default/id-a", rules: []string{invalidType}},
	{id: "V25", yaml: typed("apps", "Deployment"), ids: "Deployment default/id-a", rules: []string{invalidType}},

	// The same object twice: kubectl says nothing, but for create.
	{id: "C01 C02 C03 C06 C07", yaml: docs(configMap("id-a", "data: {v: '1'}"), configMap("id-a", "data: {v: '2'}")), ids: "ConfigMap default/id-a", rules: []string{duplicate}},
	{id: "C05 C09", yaml: docs(configMap("id-a"), configMap("id-a")), ids: "ConfigMap default/id-a", rules: []string{identical}},
	{id: "C08", yaml: docs(configMap("id-a", "data: {v: '1'}"), configMap("id-a", "data: {v: '2'}")), ids: "ConfigMap default/id-a", rules: []string{duplicate}},
	{
		id: "C10", yaml: docs("apiVersion: v1\nkind: Event\nmetadata: {name: id-ev}\n"+event, "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: id-ev}\n"+event),
		ids: "Event default/id-ev", rules: []string{duplicate},
	},
	{
		id: "C11", yaml: docs("apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: id-h}\n", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: id-h}\n"),
		ids: "HorizontalPodAutoscaler.autoscaling default/id-h", rules: []string{duplicate},
	},
	{id: "C12", yaml: configMap("id-a\n  uid: 0aeee5b0-0000-0000-0000-000000000000\n  resourceVersion: '1'"), ids: "ConfigMap default/id-a"},
	{id: "C13", yaml: configMap("id-a\n  annotations: {config.kubernetes.io/local-config: 'true'}"), ids: "ConfigMap default/id-a"},

	// Custom resources and their definitions.
	{
		id: "K01", yaml: crd("widgets.ex.example.com", "ex.example.com", "Widget", "widgets", "Namespaced", ", namespace: team-a"),
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.ex.example.com", rules: []string{namespaceIgnored},
	},
	{
		id: "K02 K02c", yaml: docs("apiVersion: ex.example.com/v1\nkind: Widget\n"+named, "apiVersion: ex.example.com/v1beta1\nkind: Widget\n"+named),
		ids: "Widget.ex.example.com default/id-w", rules: []string{duplicate},
	},
	{id: "K03", yaml: "apiVersion: ex.example.com/v1\nkind: Widget\nmetadata: {name: Id-W}\n", ids: "Widget.ex.example.com default/Id-W", rules: []string{invalidName}},
	{id: "K03b", yaml: list("WidgetList", "ex.example.com/v1", "{metadata: {name: id-l}}"), ids: "Widget.ex.example.com default/id-l"},
	{
		id: "K04", yaml: docs(widgets, crd("widgets.ex.example.com", "ex.example.com", "Gadget", "widgets", "Namespaced", "")),
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.ex.example.com", rules: []string{duplicate},
	},
	{
		id: "K05", yaml: docs(widgets, widgetz), rules: []string{crdConflict},
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.ex.example.com; CustomResourceDefinition.apiextensions.k8s.io widgetz.ex.example.com",
	},
	{
		id: "K06", yaml: docs(widgets, widgets2),
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.ex.example.com; CustomResourceDefinition.apiextensions.k8s.io widgets.ex2.example.com",
	},
	{
		id: "K07", yaml: docs(widgets, crd("widgets.ex.example.com", "ex.example.com", "Widget", "widgets", "Cluster", "")), rules: []string{crdConflict, duplicate},
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.ex.example.com",
	},
	{
		id: "K08", yaml: crd("foo.ex3.example.com", "ex3.example.com", "Widget", "widgets", "Namespaced", ""), rules: []string{invalidName},
		ids: "CustomResourceDefinition.apiextensions.k8s.io foo.ex3.example.com",
	},
	{
		id: "K09", yaml: crd("widgets.Ex4.example.com", "Ex4.example.com", "Widget", "widgets", "Namespaced", ""), rules: []string{invalidName},
		ids: "CustomResourceDefinition.apiextensions.k8s.io widgets.Ex4.example.com",
	},
	{id: "K10", yaml: crd("foos.apps", "apps", "Foo", "foos", "Namespaced", ""), rules: []string{crdConflict}, ids: "CustomResourceDefinition.apiextensions.k8s.io foos.apps"},
	{
		id: "K11", yaml: crd("deployments.apps", "apps", "Deployment", "deployments", "Namespaced", ""), rules: []string{crdConflict},
		ids: "CustomResourceDefinition.apiextensions.k8s.io deployments.apps",
	},
	{id: "K12", yaml: globs, ids: "CustomResourceDefinition.apiextensions.k8s.io globs.ex.example.com"},
	{
		id: "K13", yaml: docs(glob(""), glob(", namespace: team-a"), glob(", namespace: nonexistent"), globs), rules: []string{duplicate, namespaceIgnored, namespaceIgnored},
		ids: "CustomResourceDefinition.apiextensions.k8s.io globs.ex.example.com; Glob.ex.example.com id-g",
	},
	{
		id: "K14", yaml: docs("apiVersion: ex.example.com/v1\nkind: Widget\nmetadata: {name: id-2g}\n", "apiVersion: ex2.example.com/v1\nkind: Widget\nmetadata: {name: id-2g}\n"),
		ids: "Widget.ex.example.com default/id-2g; Widget.ex2.example.com default/id-2g",
	},

	// No identity.
	{id: "X01 X02", yaml: strings.Repeat("---\napiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\nmetadata: {name: id-r}\n", 2)},
	{id: "X03", yaml: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n"},

	// One object in two groups.
	{
		id: "P01", yaml: docs(strings.ReplaceAll(typed("extensions/v1beta1", "Deployment"), "id-a", "id-two"), strings.ReplaceAll(typed("apps/v1", "Deployment"), "id-a", "id-two")),
		ids: "Deployment.apps default/id-two", rules: []string{duplicate},
	},
	{
		id: "P02", yaml: docs(strings.ReplaceAll(typed("extensions/v1beta1", "Ingress"), "id-a", "id-two"), strings.ReplaceAll(typed("networking.k8s.io/v1beta1", "Ingress"), "id-a", "id-two")),
		ids: "Ingress.networking.k8s.io default/id-two", rules: []string{duplicate},
	},
}

func list(kind, apiVersion string, items ...string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nitems:\n- " + strings.Join(items, "\n- ") + "\n"
}

func flow(name, value string) string {
	return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, data: {v: '" + value + "'}}"
}
