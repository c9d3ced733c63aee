local o={apiVersion:'rbac.authorization.k8s.io/v1',kind:'ClusterRole'}; {a:o{metadata:{name:'x:y'}}, b:o{metadata:{name:'x-y'}}}
