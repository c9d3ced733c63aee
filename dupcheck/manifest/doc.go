// Package manifest reads Kubernetes manifests: from bytes to objects with their identity
// and the exact place where each is declared.
//
// Read and Parse take a stream of YAML or JSON documents, Decoded a decoded value, and
// Tree files and directories. All of them yield objects for a dupcheck.Checker:
//
//	var c dupcheck.Checker
//	for o, err := range manifest.Read("app.yaml", f) {
//		if err != nil {
//			return err
//		}
//		c.Add(o)
//	}
//
// This package finds the ends of documents by itself, because YAML parsers lose
// documents: after a "..." without "---", in concatenated JSON, after a separator with
// text on its line. See Chunks.
//
// Scalars have the types that Kubernetes gives them, which are those of YAML 1.1 as
// sigs.k8s.io/yaml reads them: "name: 123", "name: on" and "name: 1e3" are not strings.
//
// Identity needs only a few lines of each document. The package reads an outline of most
// documents line by line, at about the speed of looking at every byte once: block and
// flow style, plain, quoted and block scalars, anchors, aliases, tags, comments, LF or
// CRLF. The outline accepts only text that the YAML parser would read with the same
// result. Anything else, such as an alias or a merge key in the place of a name, goes to
// the parser, document by document. Tests and a fuzz target compare the two.
//
// Contents are not kept. They are read again, from the same bytes, for the few objects
// that collide.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has been stable for two minor
// releases.
//
// The objects that are read from a file change only towards the objects that kubectl
// reads. The words of reasons may change at any time: use Unread.Code.
package manifest
