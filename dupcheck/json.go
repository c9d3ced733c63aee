package dupcheck

import (
	"bytes"
	"cmp"
	"encoding/json"
)

// MarshalJSON writes the diagnostic as in the JSON report. Its fields are a contract:
// fields may be added, and none is renamed. Arrays are never null; id and wins are null
// if there is none. A string that is not UTF-8 is quoted by Quote.
func (d Diagnostic) MarshalJSON() ([]byte, error) { return marshal(newJSONDiagnostic(d)) }

// MarshalJSON writes the diagnostic, and beside its fields by, pattern and reason.
func (s Suppressed) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		By      Suppression `json:"by"`
		Pattern string      `json:"pattern"`
		Reason  string      `json:"reason,omitempty"`
		jsonDiagnostic
	}{s.By, UTF8(s.Pattern), UTF8(s.Reason), newJSONDiagnostic(s.Diagnostic)})
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

type jsonDiagnostic struct {
	Rule         string        `json:"rule"`
	Severity     Severity      `json:"severity"`
	Set          string        `json:"set"`
	ID           *ID           `json:"id"`
	Message      string        `json:"message"`
	Several      bool          `json:"several,omitempty"`
	Identical    bool          `json:"identical"`
	Differs      []string      `json:"differs"`
	DiffersMore  int           `json:"differsMore"`
	Values       []Difference  `json:"values,omitempty"`
	Wins         *int          `json:"wins"`
	Effect       string        `json:"effect"`
	Advice       string        `json:"advice"`
	Code         Code          `json:"code,omitempty"`
	Declarations []Declaration `json:"declarations"`
}

func newJSONDiagnostic(d Diagnostic) jsonDiagnostic {
	out := jsonDiagnostic{
		Rule: UTF8(string(d.Rule)), Severity: cmp.Or(d.Severity, d.Rule.DefaultSeverity()), Set: UTF8(d.Set),
		Message: UTF8(d.Message), Several: d.Several, Identical: d.Identical,
		Differs: allUTF8(d.Differs), DiffersMore: d.DiffersMore,
		Effect: UTF8(d.Effect), Advice: UTF8(d.Advice), Code: d.Code,
		Declarations: make([]Declaration, len(d.Declarations)),
	}
	if id := d.ID; id != (ID{}) {
		id = id.inUTF8()
		out.ID = &id
	}
	if i, ok := d.Wins(); ok {
		out.Wins = &i
	}
	for _, v := range d.Values {
		out.Values = append(out.Values, Difference{UTF8(v.Path), allUTF8(v.Values)})
	}
	for i, o := range d.Declarations {
		out.Declarations[i] = o.inUTF8()
	}
	return out
}

// inUTF8 quotes the parts that are not UTF-8.
func (id ID) inUTF8() ID {
	return ID{UTF8(id.Group), UTF8(id.Kind), UTF8(id.Namespace), UTF8(id.Name)}
}

func (d Declaration) inUTF8() Declaration {
	for _, s := range []*string{&d.File, &d.Path, &d.Origin, &d.APIVersion, &d.Kind, &d.Namespace, &d.Name, &d.GenerateName} {
		*s = UTF8(*s)
	}
	return d
}

func allUTF8(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = UTF8(s)
	}
	return out
}
