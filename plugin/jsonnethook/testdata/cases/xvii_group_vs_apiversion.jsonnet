local o={kind:'Foo',metadata:{name:'a',namespace:'n'}}; {a:o{apiVersion:'a/v1'}, b:o{apiVersion:'a-v1'}}
