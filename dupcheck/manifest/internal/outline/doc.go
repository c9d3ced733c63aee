// Package outline reads the outline of a YAML document: of all its fields only those
// that identity needs. It reads line by line and makes no tree, at about the speed of
// looking at every byte once, some forty times as fast as a YAML parser.
//
// An outline is made only of a document that the parser (go.yaml.in/yaml/v3) accepts,
// and says of the fields what the parser says, with the same places. Read refuses any
// other document, and the caller parses it. So the grammar may be smaller than that of
// YAML, and never larger.
//
// # Grammar
//
//	document  = [ "---" ] ( mapping | sequence | value )
//	mapping   = lines "key: value" or "key:" with the value in deeper lines; a sequence
//	            may stand as deep as its key
//	sequence  = lines "- value", "- key: value" or "- - value"
//	value     = [ anchor ] [ tag ] ( scalar | flow ) | alias
//	scalar    = plain, quoted or block, of any number of lines
//	flow      = "{key: value, ...}" or "[value, ...]", of any number of lines
//
// Keys are plain or quoted, with or without blanks before the colon. Comments and blank
// lines may stand wherever YAML allows them, and lines end with LF or CRLF. Tags are
// "!!name", "!name" and "!". Fields that are kept are those of the table in fields.go,
// at the root, in the items of lists, in sequences at the root, and in block and flow
// style alike.
//
// # Refusals and their reasons
//
// Because its meaning is for the parser to say:
//   - a kept field that is given twice, or as an alias, with a tag, as a block scalar,
//     with escapes or in several lines; one whose value is a collection where a scalar
//     should be, and an item that is an empty line;
//   - a merge key, or a key with escapes, in a mapping of which fields are kept;
//   - an alias without an anchor before it.
//
// Because manifests do not use it:
//   - "? " keys, keys with an anchor, a tag or an alias, keys in flow style, keys without
//     a value and pairs in sequences in flow style (the first are what templates look like);
//   - directives and what depends on them, tags written out as "!<...>";
//   - a document that is a block scalar, or a scalar of several lines;
//   - anything nested deeper than mostOpen or mostFlow.
//
// Because programs see different things in it:
//   - tabs before tokens of block style, and before a further line of a plain scalar;
//   - control characters, line breaks that only YAML knows, byte order marks inside of
//     the text, and bytes that are no UTF-8;
//   - comments directly behind a token; markers that only kubectl knows; and a document
//     that begins with a brace or bracket, until the caller knows that it is no JSON.
//
// Few documents of real repositories are refused that the parser reads. The count of them
// by TestOutlineAgreesWithTheParser, 2026-11-30, and before flow style, anchors, tags and
// scalars of several lines were read:
//
//	argo-cd 3.5.7                    16 of 2858   before 47   templates, tabs
//	cert-manager 1.17.0               6 of 67            6   templates
//	cluster-api 1.14.2                0 of 207          11
//	gatekeeper 3.23.1                 2 of 573           8   keys in flow style
//	infra-deployments (GitOps)        1 of 7170        585   a template
//	home-ops (GitOps)                 0 of 494          36
//	cloud-platform-environments       4 of 11945        22   templates
//	a module cache with the YAML    343 of 4668        556   nearly all of the test suite:
//	test suite                                              "?" keys, aliases, directives
//
// # How it is read
//
// Read goes from line to line. Most lines are taken in by common (nothing in them is
// kept) or head (something is), which look at sixteen bytes at a time. The others go to
// content, and from there by recursion into values and flow collections. The block
// collections that are open are a stack of frames, each with its indentation. The lines
// up to "metadata:" are not read again if an earlier document had the same ones. After them,
// head reads only the values of the first lines if that document had the same keys.
//
// # Values
//
// Decode reads a whole value instead, for the few objects that are compared. It takes
// the lines of the smallest grammar that still has most manifests, with the functions
// of common, and leaves every other text to the parser. A Comparer compares two such texts
// without making their values.
//
// # How it is proved
//
// The tests are in package manifest, where the parser is: FuzzOutline, a generator of
// random documents, the public YAML test suite, and every YAML file of the module cache
// and of four large projects hold what is read from outlines against what is read from
// the parser's nodes (.ci/run, "the line scanner against the parser"). A panic fails
// these tests: it is caught only where Strict is false.
package outline
