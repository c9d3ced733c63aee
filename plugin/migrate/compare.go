package migrate

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// compare proves, independently of how the files were split, that nothing is lost. The
// objects in the new files are those of the old one, in its order and with its values. If a
// file is a slice, its lines are those of the old file.
func (p *planner) compare() error {
	sources := p.sorted()
	for i, s := range sources {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		p.options.progress("files compared", i, len(sources))
		if s.refused || len(s.files) == 0 {
			continue
		}
		if reason := s.compareObjects(); reason != "" {
			p.refuse(s.path, 0, "the new files would not be the same objects: "+checkout.Text(reason))
		}
		if reason := s.compareLines(); s.sliced && reason != "" {
			p.refuse(s.path, 0, "the new files would not have the same lines: "+checkout.Text(reason))
		}
	}
	return nil
}

// compareObjects compares identities and values.
func (s *source) compareObjects() string {
	var news []dupcheck.Object
	for _, f := range s.files {
		for o, err := range manifest.Parse(f.Path, f.data) {
			if err != nil {
				return err.Error()
			}
			news = append(news, o)
		}
	}
	if len(news) != len(s.objects) {
		return fmt.Sprintf("%d instead of %d", len(news), len(s.objects))
	}
	for i, o := range s.objects {
		n := news[i]
		same := o.APIVersion == n.APIVersion && o.Kind == n.Kind && o.Namespace == n.Namespace && o.Name == n.Name && o.GenerateName == n.GenerateName
		if !same || !sameValue(o, n) {
			return fmt.Sprintf("the one at line %d would change", o.At.Line)
		}
	}
	return ""
}

// sameValue compares the decoded values of two objects. The new file has the fields that an
// item of a typed list takes from the list.
func sameValue(old, fresh dupcheck.Object) bool {
	if old.Body == nil || fresh.Body == nil {
		return false
	}
	before, err := old.Body.Value()
	after, alsoErr := fresh.Body.Value()
	fields, ok := before.(map[string]any)
	if err != nil || alsoErr != nil || !ok {
		return false
	}
	want := maps.Clone(fields)
	want["apiVersion"], want["kind"] = old.APIVersion, old.Kind
	return reflect.DeepEqual(after, any(want))
}

// compareLines compares the lines of the old file, separators aside, with
// those of the new ones.
func (s *source) compareLines() string {
	count := map[string]int{}
	for _, line := range textLines(s.data) {
		count[line]++
	}
	for _, f := range s.files {
		for _, line := range textLines(f.data) {
			count[line]--
		}
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n == 0 })
	if len(count) > 0 {
		return fmt.Sprintf("%d differ", len(count))
	}
	return ""
}

// textLines returns the lines that are not blank. For a separator the text after it counts.
func textLines(data []byte) []string {
	var out []string
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		for _, mark := range []string{"---", "..."} {
			rest, found := bytes.CutPrefix(bytes.TrimPrefix(line, []byte("\ufeff")), []byte(mark))
			if found && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t') {
				line = bytes.TrimLeft(rest, " \t")
			}
		}
		line = bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\ufeff")), " \t")
		if len(line) > 0 {
			out = append(out, string(line))
		}
	}
	return out
}
