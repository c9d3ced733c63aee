// The second web replaces the first while jsonnet evaluates. One object comes
// out, and no check of the output can see that there were two.
local configMap(data) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: data };
{ web: configMap({ color: 'blue' }) } + { web: configMap({ color: 'green' }) }
