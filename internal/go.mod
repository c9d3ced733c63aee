module github.com/kuniq/kuniq/internal

go 1.24.0
