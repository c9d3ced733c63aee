package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/jsontext"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// SARIF writes the report in the Static Analysis Results Interchange Format
// 2.1.0, one result for each diagnostic. The message itself names the other
// places, because viewers hide related locations. Unread entries are
// notifications, and make the run an unsuccessful one.
func SARIF(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	rules := rulesOf(r, o.table())
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "kuniq", InformationURI: "https://github.com/kuniq/kuniq", Version: o.Version,
			Rules: make([]sarifRule, len(rules)),
		}},
		Invocations: []sarifInvocation{newSARIFInvocation(r.Unread)},
		ColumnKind:  "unicodeCodePoints",
		Results:     []any{},
	}
	for i, rule := range rules {
		run.Tool.Driver.Rules[i] = newSARIFRule(rule)
	}
	names := rules.Names()
	frame := sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}
	return encodeMany(w, frame, "results", 3, len(r.Diagnostics), func(b []byte, i int) ([]byte, error) {
		d := &r.Diagnostics[i]
		return appendResult(b, d, slices.Index(names, string(d.Rule))), nil
	})
}

// rulesOf returns the rules of a table, and further rules that have findings.
func rulesOf(r dupcheck.Report, table dupcheck.RuleTable) dupcheck.RuleTable {
	table = slices.Clip(table)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		if _, known := table.Info(d.Rule); !known {
			table = append(table, dupcheck.RuleInfo{Rule: d.Rule, Severity: dupcheck.Error, Summary: show(string(d.Rule))})
		}
	}
	return table
}

func newSARIFRule(rule dupcheck.RuleInfo) sarifRule {
	out := sarifRule{
		ID: dupcheck.UTF8(string(rule.Rule)), ShortDescription: sarifText(rule.Summary), HelpURI: rule.Help,
		DefaultConfiguration: sarifConfiguration{levelOf(rule.Severity).sarif},
	}
	if rule.Text != "" {
		out.Help = &sarifHelp{Text: rule.Text, Markdown: rule.Text}
	}
	return out
}

func newSARIFInvocation(all []dupcheck.Unread) sarifInvocation {
	inv := sarifInvocation{ExecutionSuccessful: len(all) == 0}
	for _, u := range all {
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Level: "error", Message: sarifText(unread(u)), Locations: sarifLocations(unreadAt(u)),
		})
	}
	return inv
}

// appendResult appends the result of a diagnostic, with the fields of SARIF's object model.
func appendResult(b []byte, d *dupcheck.Diagnostic, ruleIndex int) []byte {
	b = jsontext.Text(append(b, '{'), "ruleId", dupcheck.UTF8(string(d.Rule)))
	b = jsontext.Number(b, "ruleIndex", ruleIndex)
	b = jsontext.Text(b, "level", levelOf(severity(d)).sarif)
	b = appendMessage(b, full(d))
	if at, ok := primary(d); ok && at.File != "" {
		b = append(jsontext.Key(b, "locations"), "[{"...)
		b = append(appendPlace(b, at.Position), "}]"...)
	}
	related := others(d)
	if d.Several {
		related = d.Declarations[min(1, len(d.Declarations)):]
	}
	begun := false
	for i := range related {
		at := related[i].Position
		if at.File == "" {
			continue
		}
		if !begun {
			begun, b = true, append(jsontext.Key(b, "relatedLocations"), '[')
		} else {
			b = append(b, ',')
		}
		b = appendPlace(jsontext.Number(append(b, '{'), "id", i+1), at)
		b = append(appendMessage(b, relation(d, i)+" here"+detail(at)), '}')
	}
	if begun {
		b = append(b, ']')
	}
	of := fingerprint(d)
	b = append(jsontext.Key(b, "partialFingerprints"), `{"kuniqObject/v1":"`...)
	return append(hex.AppendEncode(b, of[:]), `"}}`...)
}

func appendMessage(b []byte, s string) []byte {
	return append(jsontext.Text(append(jsontext.Key(b, "message"), '{'), "text", sarifText(s).Text), '}')
}

// appendPlace appends a physical location.
func appendPlace(b []byte, at dupcheck.Position) []byte {
	b = append(jsontext.Key(b, "physicalLocation"), `{"artifactLocation":{`...)
	b = append(jsontext.Text(b, "uri", fileURI(at.File)), '}')
	if at.Line > 0 {
		b = jsontext.Number(append(jsontext.Key(b, "region"), '{'), "startLine", at.Line)
		if at.Column > 0 {
			b = jsontext.Number(b, "startColumn", at.Column)
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// sarifText makes a message of a string that is none of SARIF's message
// syntax: braces are doubled, and nothing looks like a link.
func sarifText(s string) sarifMessage {
	if strings.ContainsAny(s, "{}]") {
		s = sarifEscapes.Replace(s)
	}
	return sarifMessage{s}
}

var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", "](", "] (")

// fingerprint stays the same as long as the finding does: it depends on the object and not
// on its place. The fingerprint of a finding without an object depends on the file.
func fingerprint(d *dupcheck.Diagnostic) digest {
	parts := []string{string(d.Rule), d.Set, d.ID.Group, d.ID.Kind, d.ID.Namespace, d.ID.Name}
	if at, ok := primary(d); ok && d.ID == (dupcheck.ID{}) {
		parts = append(parts, at.File, at.Path)
	}
	return digestOf(parts...)
}

// digest is one that no other list of strings has.
type digest [sha256.Size]byte

// digestOf makes a digest of the strings as hexadecimal digits, with blanks between them
// and brackets around all.
func digestOf(parts ...string) digest {
	text := append(make([]byte, 0, 256), '[')
	for i, part := range parts {
		if i > 0 {
			text = append(text, ' ')
		}
		for _, c := range []byte(part) {
			text = append(text, hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return sha256.Sum256(append(text, ']'))
}

const hexDigits = "0123456789abcdef"

// hashed returns a digest that no other list of strings has.
func hashed(parts ...string) string {
	digest := digestOf(parts...)
	return hex.EncodeToString(digest[:])
}

// sarifLocations returns a list with the position as its only element, or an empty list if
// no file is known.
func sarifLocations(p dupcheck.Position) []sarifLocation {
	if p.File == "" {
		return nil
	}
	at := &sarifPhysical{ArtifactLocation: sarifArtifact{fileURI(p.File)}}
	if p.Line > 0 {
		at.Region = &sarifRegion{StartLine: p.Line, StartColumn: max(0, p.Column)}
	}
	return []sarifLocation{{PhysicalLocation: at}}
}

// fileURI returns a percent-encoded reference. It is relative if the name of the file is.
func fileURI(file string) string {
	if file != "" && file[0] != '/' && isPlain(file, "._-/") { // almost always
		return file
	}
	u := url.URL{Path: file}
	if windowsPath.MatchString(file) {
		u.Path = "/" + file
	}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}

var windowsPath = regexp.MustCompile(`^[A-Za-z]:/`)
