package admission

import "github.com/kuniq/kuniq/plugin/deploy"

// excluded lists kinds that are written every few seconds and never managed, or that get the
// labels of their Service: Endpoints that cannot follow it are an outage.
var excluded = []resourceRule{
	rule([]string{"*"}, []string{"coordination.k8s.io"}, "leases"),
	rule([]string{"*"}, []string{"", "events.k8s.io"}, "events", "nodes", "endpoints"),
	rule([]string{"*"}, []string{"discovery.k8s.io"}, "endpointslices"),
}

// takeover is a guard against an object that changes its owner. owner is the word for an
// owner, title stands before its name in messages, and from and to are the names before and
// after. The conditions leave out all other requests, and marks are the fields that they
// read. The guard covers every kind, so an error in an expression must not stop a cluster.
func takeover(name string, marks []deploy.Mark, owner, title, from, to string, conditions ...expression) Guard {
	return Guard{
		Name: name, group: NoTakeover, marks: marks,
		Refuses:     "a change that gives an object of one " + owner + " to another",
		Acknowledge: TakeFrom + " in the manifest of the new owner, with the old owner as its value; or " + GiveTo + " on the object in the cluster, with the new owner as its value",
		policy: policySpec{
			FailurePolicy: "Ignore",
			MatchConstraints: matchConstraints{
				ResourceRules:        []resourceRule{rule([]string{"UPDATE"}, []string{"*"}, "*")},
				ExcludeResourceRules: excluded,
			},
			MatchConditions: conditions,
			Variables:       []expression{{"from", from}, {"to", to}},
			Validations: []validation{{
				Expression: annotated("object", TakeFrom, "variables.from") + " ||\n" + annotated("oldObject", GiveTo, "variables.to"),
				MessageExpression: subject + ` + ' is managed by ` + title + `' + variables.from +
', and ` + title + `' + variables.to + ' would take it over. If this is meant, annotate it in the manifest of ' + variables.to +
': ` + TakeFrom + `: "' + variables.from + '" - or in the cluster: ' + ` + annotate + ` + '` + GiveTo + `=' + variables.to`,
				Message: "the object is managed by another " + owner,
			}},
		},
	}
}

func takeovers() []Guard {
	label := takeover("no-takeover-argocd-label", nil, "Application", "Application ",
		`oldObject.metadata.labels['app.kubernetes.io/instance']`, `object.metadata.labels['app.kubernetes.io/instance']`,
		expression{"label-changed", `has(oldObject.metadata.labels) && has(object.metadata.labels) &&
'app.kubernetes.io/instance' in oldObject.metadata.labels && 'app.kubernetes.io/instance' in object.metadata.labels &&
oldObject.metadata.labels['app.kubernetes.io/instance'] != object.metadata.labels['app.kubernetes.io/instance']`},
		expression{"not-controlled", notControlled})
	label.optIn = true // charts set this label themselves
	flux := takeover("no-takeover-flux", []deploy.Mark{deploy.KustomizationLabels, deploy.HelmReleaseLabels}, "Kustomization or HelmRelease", "", fluxOwner("oldObject"), fluxOwner("object"),
		expression{"labelled", `has(oldObject.metadata.labels) && has(object.metadata.labels)`},
		expression{"owner-changed", fluxDomains + `.exists(d,` + fluxChanged + `)`},
		expression{"not-controlled", notControlled})
	flux.Default = Warn // moving an object by its labels is Flux's own way
	return []Guard{
		takeover("no-takeover-argocd", []deploy.Mark{deploy.TrackingID}, "Application", "Application ",
			`oldObject.metadata.annotations['argocd.argoproj.io/tracking-id'].split(':')[0]`,
			`object.metadata.annotations['argocd.argoproj.io/tracking-id'].split(':')[0]`,
			expression{"tracking-changed", `has(oldObject.metadata.annotations) && has(object.metadata.annotations) &&
'argocd.argoproj.io/tracking-id' in oldObject.metadata.annotations &&
'argocd.argoproj.io/tracking-id' in object.metadata.annotations &&
oldObject.metadata.annotations['argocd.argoproj.io/tracking-id'].split(':')[0] !=
object.metadata.annotations['argocd.argoproj.io/tracking-id'].split(':')[0]`},
			// Controllers copy annotations, such as those of a Deployment to its
			// ReplicaSets. An id that names another object tracks nothing.
			expression{"not-a-copy", `oldObject.metadata.annotations['argocd.argoproj.io/tracking-id'].contains('/' + request.kind.kind + ':') &&
oldObject.metadata.annotations['argocd.argoproj.io/tracking-id'].endsWith('/' + oldObject.metadata.name)`}),
		label,
		flux,
		takeover("no-takeover-helm", []deploy.Mark{deploy.ReleaseAnnotations}, "Helm release", "Helm release ", helmOwner("oldObject"), helmOwner("object"),
			expression{"annotated", `has(oldObject.metadata.annotations) && has(object.metadata.annotations)`},
			expression{"release-changed", helmKeys + `.all(k, k in oldObject.metadata.annotations && k in object.metadata.annotations) &&
` + helmKeys + `.exists(k, oldObject.metadata.annotations[k] != object.metadata.annotations[k])`},
			expression{"not-controlled", notControlled}),
	}
}

// Flux has two kinds of owners, each with labels of its own. The owner is of the kind whose
// labels have changed.
const (
	fluxDomains = `['kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io']`
	fluxChanged = `
  [d + '/name', d + '/namespace'].all(k, k in oldObject.metadata.labels && k in object.metadata.labels) &&
  [d + '/name', d + '/namespace'].exists(k, oldObject.metadata.labels[k] != object.metadata.labels[k])`
	helmKeys = `['meta.helm.sh/release-name', 'meta.helm.sh/release-namespace']`
)

func fluxOwner(object string) string {
	return fluxDomains + `.filter(d,` + fluxChanged + `)
.map(d, ` + object + `.metadata.labels[d + '/namespace'] + '/' + ` + object + `.metadata.labels[d + '/name'])[0]`
}

func helmOwner(object string) string {
	return object + `.metadata.annotations['meta.helm.sh/release-namespace'] + '/' + ` + object + `.metadata.annotations['meta.helm.sh/release-name']`
}
