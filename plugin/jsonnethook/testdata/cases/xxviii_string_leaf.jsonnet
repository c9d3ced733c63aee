local o={apiVersion:'v1',kind:'ConfigMap',metadata:{name:'a',namespace:'n'}}; {'a.b':[o, {c:'secret'}]}
