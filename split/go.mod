module github.com/kuniq/kuniq/split

go 1.24.0

require (
	github.com/kuniq/kuniq/dupcheck v0.0.0
	github.com/kuniq/kuniq/internal v0.0.0
	go.yaml.in/yaml/v3 v3.0.2
	golang.org/x/sys v0.1.0
)
