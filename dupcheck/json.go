package dupcheck

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/kuniq/kuniq/internal/jsontext"
)

// MarshalJSON writes the diagnostic as in the JSON report. Its fields are a contract:
// fields may be added, and none is renamed. Arrays are never null; id and wins are null
// if there is none. A string that is not UTF-8 is quoted by Quote.
func (d Diagnostic) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil) }

// AppendJSON appends what MarshalJSON returns.
func (d *Diagnostic) AppendJSON(b []byte) ([]byte, error) {
	b, err := d.appendFields(append(b, '{'))
	return append(b, '}'), err
}

// MarshalJSON writes the diagnostic, and beside its fields by, pattern and reason.
func (s Suppressed) MarshalJSON() ([]byte, error) {
	b := jsontext.Text([]byte{'{'}, "by", string(s.By))
	b = jsontext.Text(b, "pattern", UTF8(s.Pattern))
	if s.Reason != "" {
		b = jsontext.Text(b, "reason", UTF8(s.Reason))
	}
	b, err := s.Diagnostic.appendFields(b)
	return append(b, '}'), err
}

// MarshalJSON writes the finding as a baseline and the report in JSON have it.
func (a Accepted) MarshalJSON() ([]byte, error) {
	type plain Accepted
	return marshal(plain{Rule(UTF8(string(a.Rule))), UTF8(a.Set), a.ID.inUTF8(), allUTF8(a.Files), UTF8(a.Command)})
}

// marshal leaves it to the caller's encoder to escape HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// appendFields appends the fields of the diagnostic.
func (d *Diagnostic) appendFields(b []byte) ([]byte, error) {
	level, err := cmp.Or(d.Severity, d.Rule.DefaultSeverity()).MarshalText()
	b = jsontext.Text(b, "rule", UTF8(string(d.Rule)))
	b = jsontext.Text(b, "severity", string(level))
	b = jsontext.Text(b, "set", UTF8(d.Set))
	if b = jsontext.Key(b, "id"); d.ID == (ID{}) {
		b = append(b, "null"...)
	} else {
		b = d.ID.appendJSON(b)
	}
	b = jsontext.Text(b, "message", UTF8(d.Message))
	if d.Several {
		b = jsontext.Bool(b, "several", true)
	}
	b = jsontext.Bool(b, "identical", d.Identical)
	b = appendTexts(b, "differs", d.Differs)
	b = jsontext.Number(b, "differsMore", d.DiffersMore)
	if len(d.Values) > 0 {
		b = jsontext.List(b, "values", len(d.Values), func(b []byte, i int) []byte {
			b = jsontext.Text(append(b, '{'), "path", UTF8(d.Values[i].Path))
			return append(appendTexts(b, "values", d.Values[i].Values), '}')
		})
	}
	if i, ok := d.Wins(); ok {
		b = jsontext.Number(b, "wins", i)
	} else {
		b = append(jsontext.Key(b, "wins"), "null"...)
	}
	b = jsontext.Text(b, "effect", UTF8(d.Effect))
	b = jsontext.Text(b, "advice", UTF8(d.Advice))
	if d.Code != "" {
		b = jsontext.Text(b, "code", string(d.Code))
	}
	b = jsontext.List(b, "declarations", len(d.Declarations), func(b []byte, i int) []byte { return d.Declarations[i].appendJSON(b) })
	return b, err
}

// appendJSON appends the parts, and quotes those that are not UTF-8.
func (id *ID) appendJSON(b []byte) []byte {
	b = jsontext.Text(append(b, '{'), "group", UTF8(id.Group))
	b = jsontext.Text(b, "kind", UTF8(id.Kind))
	b = jsontext.Text(b, "namespace", UTF8(id.Namespace))
	return append(jsontext.Text(b, "name", UTF8(id.Name)), '}')
}

func (d *Declaration) appendJSON(b []byte) []byte {
	b = jsontext.Text(append(b, '{'), "file", UTF8(d.File))
	b = jsontext.Number(b, "line", d.Line)
	b = jsontext.Number(b, "column", d.Column)
	b = jsontext.Number(b, "document", d.Document)
	b = jsontext.Text(b, "path", UTF8(d.Path))
	b = jsontext.Text(b, "origin", UTF8(d.Origin))
	b = jsontext.Text(b, "apiVersion", UTF8(d.APIVersion))
	b = jsontext.Text(b, "kind", UTF8(d.Kind))
	b = jsontext.Text(b, "namespace", UTF8(d.Namespace))
	b = jsontext.Text(b, "name", UTF8(d.Name))
	return append(jsontext.Text(b, "generateName", UTF8(d.GenerateName)), '}')
}

// appendTexts appends a list of strings.
func appendTexts(b []byte, key string, all []string) []byte {
	return jsontext.List(b, key, len(all), func(b []byte, i int) []byte { return jsontext.String(b, UTF8(all[i])) })
}

// inUTF8 quotes the parts that are not UTF-8.
func (id ID) inUTF8() ID {
	return ID{UTF8(id.Group), UTF8(id.Kind), UTF8(id.Namespace), UTF8(id.Name)}
}

func allUTF8(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = UTF8(s)
	}
	return out
}
