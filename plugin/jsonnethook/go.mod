module github.com/kuniq/kuniq/plugin/jsonnethook

go 1.24.0

require (
	github.com/google/go-jsonnet v0.20.0
	github.com/kuniq/kuniq/dupcheck v0.0.0
	github.com/kuniq/kuniq/internal v0.0.0
)

require (
	go.yaml.in/yaml/v3 v3.0.2 // indirect
	gopkg.in/yaml.v2 v2.2.7 // indirect
	sigs.k8s.io/yaml v1.1.0 // indirect
)
