// Two inline environments may hold the same object: each is deployed by itself.
local o={apiVersion:'v1',kind:'ConfigMap',metadata:{name:'a'}};
local env(name)={apiVersion:'tanka.dev/v1alpha1',kind:'Environment',metadata:{name:name},spec:{namespace:name},data:{o:o}};
{dev:env('dev'), prod:env('prod')}
