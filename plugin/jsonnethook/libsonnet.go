package jsonnethook

//go:generate go run ./internal/libgen
