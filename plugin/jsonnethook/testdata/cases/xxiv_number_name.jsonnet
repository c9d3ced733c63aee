{o:{apiVersion:'v1',kind:'ConfigMap',metadata:{name:123,namespace:'n'}}}
