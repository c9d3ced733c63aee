#!/bin/sh
# Plays the incident on the cluster that kubectl finds: a disposable one, with the
# CustomResourceDefinitions of Argo CD and without its controllers.
cd "$(dirname "$0")" || exit
kubectl apply -f live.yaml >/dev/null

# Argo CD applies the file: server-side, with force.
kubectl apply --server-side --force-conflicts --field-manager=argocd-controller -f rendered.yaml 2>&1

path=$(kubectl get application billing -n argocd -o 'jsonpath={.spec.source.path}')
echo "Application billing deploys $path"
if [ "$path" != apps/billing ]; then
	# This source does not have the objects that it deployed before: Argo CD prunes them.
	kubectl delete namespace billing --wait=false
	kubectl wait --for=delete namespace/billing --timeout=2m >/dev/null && echo "the claim is gone"
else
	kubectl get pvc -n billing -o name
fi
