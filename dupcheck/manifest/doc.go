// Package manifest reads Kubernetes manifests: from bytes to objects with their
// identity and the exact place where each is declared.
//
// Read and Parse take a stream of YAML or JSON documents, Decoded a value that
// was decoded already, and Tree files and directories. All of them yield
// objects ready for a dupcheck.Checker:
//
//	var c dupcheck.Checker
//	for o, err := range manifest.Read("app.yaml", f) {
//		if err != nil {
//			return err
//		}
//		c.Add(o)
//	}
//
// Where one document ends and the next begins is decided here and not by the
// YAML parser, because parsers lose documents: behind a "..." without "---",
// in concatenated JSON, behind a separator with text on its line. See Chunks.
//
// Scalars have the types that Kubernetes gives them, which are those of
// YAML 1.1 as sigs.k8s.io/yaml reads them: "name: 123", "name: on" and
// "name: 1e3" are no strings.
//
// Identity needs a handful of lines of each document. Of documents in the form
// that manifests have - block and flow style, plain, quoted and block scalars,
// anchors, aliases, tags, comments, LF or CRLF - an outline is read line by line, at
// about the speed of looking at every byte once. It takes only what the YAML parser
// would take with the same result; anything else, such as an alias or a merge key in
// the place of a name, goes to the parser, document by document. Tests and a fuzz
// target hold the two against each other.
//
// Contents are not kept. They are read again, from the same bytes, for the few
// objects that collide.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has held for two minor
// releases.
//
// The objects that a file holds change only towards what kubectl reads in it. The
// words of reasons may change at any time: go by Unread.Code.
package manifest
