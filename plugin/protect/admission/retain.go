package admission

func retains() []Guard {
	return []Guard{
		{
			Name: "retain-volume", group: Retain,
			Refuses:     "another reclaim policy for a PersistentVolume that is retained",
			Acknowledge: AllowReclaim + " on the volume in the cluster, with its uid as its value, as the message prints it",
			policy: policySpec{
				FailurePolicy:    "Fail",
				MatchConstraints: matchConstraints{ResourceRules: []resourceRule{rule([]string{"UPDATE"}, []string{""}, "persistentvolumes")}},
				MatchConditions: []expression{{"retained", `has(oldObject.spec.persistentVolumeReclaimPolicy) && oldObject.spec.persistentVolumeReclaimPolicy == 'Retain' &&
has(object.spec.persistentVolumeReclaimPolicy) && object.spec.persistentVolumeReclaimPolicy != 'Retain'`}},
				Validations: []validation{{
					Expression: annotated("object", AllowReclaim, "object.metadata.uid"),
					MessageExpression: subject + ` + ' is retained, and its disk would be deleted with its claim. If this is meant: ' +
` + annotate + ` + '` + AllowReclaim + `=' + oldObject.metadata.uid`,
					Message: "the volume is retained; annotate it with " + AllowReclaim + " if this is meant",
				}},
			},
		},
		{
			Name: "retain-class", group: Retain, Default: Warn, // many provisioners come with such a class
			Refuses:     "a StorageClass whose volumes are deleted with their claims",
			Acknowledge: "none: it says so each time",
			policy: policySpec{
				FailurePolicy:    "Ignore",
				MatchConstraints: matchConstraints{ResourceRules: []resourceRule{rule([]string{"CREATE", "UPDATE"}, []string{"storage.k8s.io"}, "storageclasses")}},
				Validations: []validation{{
					Expression: `has(object.reclaimPolicy) && object.reclaimPolicy == 'Retain'`,
					MessageExpression: `'StorageClass ' + object.metadata.name + ' has reclaimPolicy ' + (has(object.reclaimPolicy) ? object.reclaimPolicy : 'Delete') +
': a volume is deleted with its claim. Set reclaimPolicy: Retain'`,
					Message: "a volume is deleted with its claim; set reclaimPolicy: Retain",
				}},
			},
		},
	}
}
