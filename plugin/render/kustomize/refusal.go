package kustomize

import (
	"regexp"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// refusal is an error of kustomize that is known by its words. Only the parts that the
// pattern captures are shown, because the rest can contain whole objects.
type refusal struct {
	words *regexp.Regexp
	// reason has a %s for each captured part, which is quoted.
	reason string
}

// refusals are the errors of kustomize v5.8.2. The first that matches counts. The patterns
// are compiled where it refuses something, because they would make every start of a
// command a millisecond longer.
var refusals = sync.OnceValue(func() []refusal {
	return []refusal{
		{regexp.MustCompile(`already registered id`), "an object appears twice"},
		{regexp.MustCompile(`produces ID conflict`), "the namespace that it sets makes one object of two"},
		{regexp.MustCompile(`must be merge or replace`), "a generator makes an object that already exists"},
		{regexp.MustCompile(`accumulating resources from '([^'\n]{1,200})': MalformedYAMLError: yaml: line (\d+): `), "resources names %s, which is not valid YAML at line %s"},
		{regexp.MustCompile(`accumulating resources from '([^'\n]{1,200})': missing metadata\.name in object \{\{\S* (\S+)\}`), "resources names %s, in which the kind %s has no metadata.name"},
		{regexp.MustCompile(`accumulating resources from '([^'\n]{1,200})': security; file`), "resources names %s, a file that is not in or below the directory of the kustomization that names it"},
		{regexp.MustCompile(`security; file`), "a file is not in or below the directory of the kustomization that names it"},
		{regexp.MustCompile(`no matches for Id (\w+)\.[^/\s]+/([^\s;]+)\.(?:\[noNs\]|[^\s.;]+)`), "a patch has no object to change: there is no %s %s"},
		{regexp.MustCompile(`no resource matches|no matches for Id|unable to find patch target`), "a patch has no object to change"},
		{regexp.MustCompile(`(\w+) operation does not apply: doc is missing (?:path|key): ([^\s:]{1,200})`), "a patch with the operation %s has a path that is not there: %s"},
		{regexp.MustCompile(`unable to parse SM or JSON patch`), "a patch is neither an object nor a JSON patch"},
		{regexp.MustCompile(`nothing selected by (\w+)\.\S*/([^\s.]+)\.`), "replacements has a source that is not there: %s %s"},
		{regexp.MustCompile(`resource with name (\S{1,200}) does not match a config`), "replicas names %s, and there is no such object with replicas"},
		{regexp.MustCompile("illegally repeats the key `([^`\n]{1,200})`"), "a generator has the key %s twice"},
		{regexp.MustCompile(`literal sources`), "a literal of a generator is not of the form KEY=VALUE"},
		{regexp.MustCompile(`loading CRDs \[([^\]\n]{1,200})\]`), "crds names %s, which is not an OpenAPI definition"},
		{regexp.MustCompile(`var '.*cannot be mapped`), "vars refers to an object or a field that does not exist"},
		{regexp.MustCompile(`missing metadata\.name`), "an object has no name"},
		{regexp.MustCompile(`kustomization\.yaml is empty`), "the kustomization is empty"},
		{regexp.MustCompile(`kind should be (Kustomization or Component)`), "its kind should be %s"},
		{regexp.MustCompile(`apiVersion for \w+ should be (\S{1,100})`), "its apiVersion should be %s"},
		{regexp.MustCompile(`yaml:|YAML`), "a file is not valid YAML"},
	}
})

// failure is the result of a build that failed.
func (b build) failure(err error) job.Result {
	r := job.Failure(refusalOf(err.Error()))
	if !isDuplicate(err) {
		return r
	}
	r.Code = checkout.Duplicate
	if r.Collision = b.duplicates(); len(r.Collision.Objects) > 0 {
		o := r.Collision.Objects[0]
		r.Reason = checkout.Reasonf("kustomize refuses it: %s is there twice", dupcheck.Quote(o.Kind+" "+o.Name))
	}
	return r
}

func refusalOf(text string) error {
	if strings.Contains(text, "plugins disabled") {
		return checkout.Errorf(checkout.Executes, "it has a plugin or a function, and kuniq executes none")
	}
	for _, r := range refusals() {
		found := r.words.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		var parts []any
		for _, part := range found[1:] {
			parts = append(parts, dupcheck.QuoteBrief(part))
		}
		return checkout.Errorf(checkout.Refused, "kustomize refuses it: "+r.reason, parts...)
	}
	return checkout.Errorf(checkout.Refused, "kustomize cannot build it; kustomize build says why")
}
