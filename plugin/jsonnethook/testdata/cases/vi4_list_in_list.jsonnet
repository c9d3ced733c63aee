local o={apiVersion:'v1',kind:'ConfigMap',metadata:{name:'a',namespace:'n'},data:{x:'1'}}; {l:{apiVersion:'v1',kind:'List',items:[{apiVersion:'v1',kind:'List',items:[o]}, o{data:{x:'2'}}]}}
