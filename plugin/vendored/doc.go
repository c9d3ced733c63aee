// Package vendored finds out which content a tree needs from elsewhere, and reads it from a
// directory that a trusted job has filled with the tools' own commands: charts, git
// repositories, OCI artifacts and files.
//
//	dir, err := vendored.Open(ctx, "vendor")
//	...
//	chart, err := dir.Find(vendored.Request{Need: vendored.Need{Kind: vendored.Chart, URL: "https://charts.example.com", Name: "web", Version: "1.2.3"}})
//
// [Script] writes a shell script that fills the directory, and [Lock] records its content. A
// [Dir] answers from it: only with locked content, and only if its digest is the locked one.
// It also records the requests, because those are the needs of a tree. Nothing is fetched.
//
// A need that the directory does not answer has the code checkout.Remote: it would have to
// be fetched. Content that exists and must not be used has the code checkout.Mismatch.
//
// The package is v0: the API may change in any minor release, as the changelog says.
package vendored
