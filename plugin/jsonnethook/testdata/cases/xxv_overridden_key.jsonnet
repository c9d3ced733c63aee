// The second a replaces the first before anything outside can see it: no check of the output finds this.
local o={apiVersion:'v1',kind:'ConfigMap',metadata:{name:'a',namespace:'n'}}; {a:o{data:{x:'1'}}} + {a:o{data:{x:'2'}}}
