package admission

import (
	"strings"

	"github.com/kuniq/kuniq/plugin/deploy"
)

// A deletion is a guard against the deletion of objects of some kinds.
type deletion struct {
	name    string
	refuses string
	rule    resourceRule
	when    []expression // all other deletions pass
	// declared is when, as far as a manifest shows it. Nil stands for all objects.
	declared func(content any) bool
	unless   string // another condition that lets a deletion pass, or ""
	says     string // an expression: the rest of a sentence about the object
	selects  *matchResources
	action   Action
}

func (d deletion) guard() Guard {
	// The uid dies with the object, and cannot be in git by accident.
	variables := []expression{{"acknowledged", annotated("oldObject", AllowDelete, "oldObject.metadata.uid")}}
	either := []string{"variables.acknowledged"}
	if d.selects != nil && d.selects.NamespaceSelector != nil {
		variables = append(variables, expression{"namespaceGoes", namespaceGoes})
		either = append(either, "variables.namespaceGoes")
	}
	if d.unless != "" {
		either = append(either, "("+d.unless+")")
	}
	return Guard{
		Name: d.name, group: NoDelete, Default: d.action,
		Refuses:     d.refuses,
		Acknowledge: AllowDelete + " on the object in the cluster, with its uid as its value, as the message prints it",
		policy: policySpec{
			FailurePolicy:    "Fail",
			MatchConstraints: matchConstraints{ResourceRules: []resourceRule{d.rule}},
			MatchConditions:  append([]expression{{"not-going", notGoing}}, d.when...),
			Variables:        variables,
			Validations: []validation{{
				Expression:        strings.Join(either, " ||\n"),
				MessageExpression: subject + " + " + d.says + " +\n'. If it is to go: ' + " + annotate + " + '" + AllowDelete + "=' + oldObject.metadata.uid",
				Message:           "the object holds state; annotate it with " + AllowDelete + " if it is to go",
			}},
		},
		selects:  d.selects,
		declared: d.declared,
	}
}

// deletes matches requests that delete objects of a group.
func deletes(group string, resources ...string) resourceRule {
	return rule([]string{"DELETE"}, []string{group}, resources...)
}

// protected leaves out objects in a Namespace with the label Protection.
func protected() *matchResources { return &matchResources{NamespaceSelector: notOff()} }

func deletions() []Guard {
	return []Guard{
		deletion{
			name: "no-delete-namespace", refuses: "the deletion of a Namespace, also of an empty one: an expression cannot look into it",
			rule: deletes("", "namespaces"), says: `' is deleted with everything that is in it'`,
			selects: &matchResources{ObjectSelector: notOff()},
		}.guard(),
		deletion{
			name: "no-delete-claim", refuses: "the deletion of a PersistentVolumeClaim, unless it goes with its Pod or StatefulSet",
			rule: deletes("", "persistentvolumeclaims"), selects: protected(),
			// Both are names of the garbage collector. It has the second one if controllers
			// have no accounts of their own.
			unless: `request.userInfo.username in ['system:serviceaccount:kube-system:generic-garbage-collector', 'system:kube-controller-manager'] &&
  has(oldObject.metadata.ownerReferences) && oldObject.metadata.ownerReferences.all(o, o.kind == 'Pod' || o.kind == 'StatefulSet')`,
			says: `(has(oldObject.spec.volumeName) ? ' holds the data of volume ' + oldObject.spec.volumeName : ' may hold data')`,
		}.guard(),
		deletion{
			name: "no-delete-volume", refuses: "the deletion of a PersistentVolume that is bound, or released and retained: it is the only way to the disk",
			rule: deletes("", "persistentvolumes"),
			when: []expression{{"in-use", `has(oldObject.status.phase) && (oldObject.status.phase == 'Bound' ||
  (oldObject.status.phase == 'Released' && oldObject.spec.persistentVolumeReclaimPolicy == 'Retain'))`}},
			says: `' is ' + oldObject.status.phase +
(has(oldObject.spec.claimRef) ? ' (claim ' + oldObject.spec.claimRef.namespace + '/' + oldObject.spec.claimRef.name + ')' : '')`,
		}.guard(),
		deletion{
			name: "no-delete-definition", refuses: "the deletion of a CustomResourceDefinition",
			rule: deletes("apiextensions.k8s.io", "customresourcedefinitions"),
			says: `' is deleted with every ' + oldObject.spec.names.kind`,
		}.guard(),
		deletion{
			name: "no-delete-statefulset", refuses: "the deletion of a StatefulSet that deletes its claims, unless it is orphaned or its operator does it",
			rule: deletes("apps", "statefulsets"), selects: protected(),
			when: []expression{
				{"takes-claims-along", `has(oldObject.spec.persistentVolumeClaimRetentionPolicy) &&
has(oldObject.spec.persistentVolumeClaimRetentionPolicy.whenDeleted) &&
oldObject.spec.persistentVolumeClaimRetentionPolicy.whenDeleted == 'Delete'`},
				{"not-orphaned", notOrphaned},
				{"not-controlled", notControlled},
			},
			declared: func(content any) bool {
				return at(content, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete"
			},
			says: `' is deleted with its claims (whenDeleted: Delete)'`,
		}.guard(),
		deletion{
			name: "no-delete-application", refuses: "the deletion of an Application with its objects, and of an ApplicationSet with its Applications",
			rule: deletes("argoproj.io", "applications", "applicationsets"), selects: protected(),
			when: []expression{
				{"cascades", `request.kind.kind == 'Application'
? has(oldObject.metadata.finalizers) && oldObject.metadata.finalizers.exists(f, f in ` + list(deploy.Finalizers()) + `)
: !(has(oldObject.spec.syncPolicy) && has(oldObject.spec.syncPolicy.preserveResourcesOnDeletion) && oldObject.spec.syncPolicy.preserveResourcesOnDeletion)`},
				{"not-orphaned", `request.kind.kind == 'Application' || ` + notOrphaned},
			},
			declared: cascades,
			says:     `' is deleted with everything that it has made'`,
		}.guard(),
	}
}
