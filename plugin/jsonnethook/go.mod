module github.com/kuniq/kuniq/plugin/jsonnethook

go 1.26.0

require (
	github.com/google/go-jsonnet v0.20.0
	github.com/kuniq/kuniq/dupcheck v0.0.0
	github.com/kuniq/kuniq/internal v0.0.0
	golang.org/x/tools v0.52.0
)

require (
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/kr/pretty v0.3.1 // indirect
	github.com/rogpeppe/go-internal v1.14.1 // indirect
	go.yaml.in/yaml/v2 v2.4.5 // indirect
	go.yaml.in/yaml/v3 v3.0.4 // indirect
	gopkg.in/check.v1 v1.0.0-20201130134442-10cb98267c6c // indirect
	sigs.k8s.io/yaml v1.6.0 // indirect
)
