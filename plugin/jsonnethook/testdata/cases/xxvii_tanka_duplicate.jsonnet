// Tanka fills in spec.namespace, so both are web/a.
local o={apiVersion:'v1',kind:'ConfigMap',metadata:{name:'a'}};
{apiVersion:'tanka.dev/v1alpha1',kind:'Environment',metadata:{name:'prod'},spec:{namespace:'web'},data:{x:o, y:o{metadata+:{namespace:'web'}, data:{x:'1'}}}}
