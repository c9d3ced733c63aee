package admission

import "strings"

// retarget is a guard against an Application that becomes another one. parts are the fields
// that may not change, spec is the place of its target, named is an expression before the
// target in messages, and same is the condition that it has not changed.
func retarget(name, parts, kind, resource, spec, named, same string) Guard {
	was, will := variable("oldObject", "old", spec, named), variable("object", "new", spec, named)
	return Guard{
		Name: name, group: NoRetarget,
		Refuses:     "another " + parts + " for an " + kind + " that is there",
		Acknowledge: RetargetFrom + " in the same change, with the old target as its value, as the message prints it",
		policy: policySpec{
			FailurePolicy:    "Fail",
			MatchConstraints: matchConstraints{ResourceRules: []resourceRule{rule([]string{"UPDATE"}, []string{"argoproj.io"}, resource)}},
			// The status is no subresource, and is written all the time.
			MatchConditions: []expression{{"spec-changed", "object.spec != oldObject.spec"}},
			Variables:       append(was, will...),
			Validations: []validation{{
				Expression: same + " ||\n" + annotated("object", RetargetFrom, "variables.oldTarget"),
				MessageExpression: subject + ` + ' would be replaced by another one: it is ' + variables.oldTarget +
', and would become ' + variables.newTarget + '. If this is meant, annotate it in the same change: ` + RetargetFrom + `: "' + variables.oldTarget + '"'`,
				Message: "the " + kind + " would get another " + parts + "; annotate it with " + RetargetFrom + " if this is meant",
			}},
		},
	}
}

func retargets() []Guard {
	return []Guard{
		// More sources replace nothing.
		retarget("no-retarget-application", "source, destination or project", "Application", "applications", ".spec", "", `(variables.oldSources.all(s, s in variables.newSources) &&
  variables.oldDestination == variables.newDestination && oldObject.spec.project == object.spec.project)`),
		// Generators may change: if an Application is no longer generated, its deletion is
		// the matter of no-delete-application.
		retarget("no-retarget-applicationset", "source, destination, project or name in the template", "ApplicationSet", "applicationsets", ".spec.template.spec",
			`(has(OBJECT.spec.template.metadata.name) ? OBJECT.spec.template.metadata.name : '') + ': ' + `, "variables.oldTarget == variables.newTarget"),
	}
}

// variable returns the variables with the target of an object, each with a prefix.
func variable(object, prefix, spec, named string) []expression {
	// Each source is a URL and the rest. The user and the password are removed from the URL
	// as in checkout.WithoutPassword.
	const sources = `(((has(SPEC.sources) ? SPEC.sources : []) + (has(SPEC.source) ? [SPEC.source] : []))
  .map(s, [string(s.repoURL), ' ' + (has(s.chart) && s.chart != '' ? s.chart : has(s.path) && s.path != '' ? s.path : '.')]) +
(has(SPEC.sourceHydrator) ? [[string(SPEC.sourceHydrator.drySource.repoURL), ' ' + SPEC.sourceHydrator.drySource.path]] : []))
.map(s, [s[0].find(s[0].startsWith('ssh://') ? '^ssh://[^/]*:[^/]*@' : '^[^/]*://[^/]*@')] + s)
.map(s, s[0].find('^[^/]*://') + s[1].substring(s[0].size()) + s[2])`
	// in-cluster is the name of https://kubernetes.default.svc.
	const destination = `(has(SPEC.destination.server) && SPEC.destination.server != ''
  ? (SPEC.destination.server == 'https://kubernetes.default.svc' ? 'in-cluster' : SPEC.destination.server)
  : has(SPEC.destination.name) ? SPEC.destination.name : '') +
'/' + (has(SPEC.destination.namespace) ? SPEC.destination.namespace : '')`
	const target = `variables.PREFIXSources.join(', ') + ' -> ' + variables.PREFIXDestination + ' in ' + SPEC.project`
	r := strings.NewReplacer("SPEC", object+spec, "OBJECT", object, "PREFIX", prefix)
	return []expression{
		{prefix + "Sources", r.Replace(sources)},
		{prefix + "Destination", r.Replace(destination)},
		{prefix + "Target", r.Replace(named + target)},
	}
}
