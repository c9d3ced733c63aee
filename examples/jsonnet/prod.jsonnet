// What the pull request of the incident would be in jsonnet: iox was copied
// from idpe, and its name was not changed everywhere.
local application(name, path) = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: name, namespace: 'argocd' },
  spec: {
    project: name,
    source: { repoURL: 'https://git.example.com/infra', path: 'env/prod01/' + path + '/yml' },
    destination: { server: 'https://kubernetes.default.svc', namespace: path },
    syncPolicy: { automated: { prune: true } },
  },
};
{
  idpe: application('idpe-cd-prod01', 'idpe'),
  iox: application('idpe-cd-prod01', 'iox'),
}
