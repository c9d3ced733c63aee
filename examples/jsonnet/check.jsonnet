function(input=import 'prod.jsonnet') (import 'kuniq.libsonnet').check(input)
