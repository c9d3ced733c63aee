module github.com/kuniq/kuniq/dupcheck

go 1.24.0

require (
	github.com/kuniq/kuniq/internal v0.0.0
	go.yaml.in/yaml/v3 v3.0.2
)
