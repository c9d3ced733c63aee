package restore

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// series are the claims of one name but for a number at the end, as a
// StatefulSet makes them: TEMPLATE-STATEFULSET-ORDINAL.
type series struct {
	namespace, name string
}

// ordinal cuts the number off the name of a claim.
func ordinal(id dupcheck.ID) (series, int, bool) {
	i := strings.LastIndexByte(id.Name, '-')
	if i <= 0 {
		return series{}, 0, false
	}
	digits := id.Name[i+1:]
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || strconv.Itoa(n) != digits {
		return series{}, 0, false
	}
	return series{id.Namespace, id.Name[:i]}, n, true
}

// statefulSets warns of claims that a StatefulSet would make anew, with empty
// volumes: those between the ordinals that there are, and those that a
// StatefulSet in the dump asks for.
func (r *run) statefulSets(actions []*action) {
	have := map[series][]int{}
	names := map[dupcheck.ID]bool{}
	for _, a := range actions {
		names[a.claim.id] = true
		if s, n, ok := ordinal(a.claim.id); ok {
			have[s] = append(have[s], n)
		}
	}
	sets := map[series]bool{}
	for _, o := range r.lost.dump.all(statefulSetKind) {
		r.statefulSet(o, names, sets)
	}
	for s, numbers := range have {
		slices.Sort(numbers)
		if gaps := missing(numbers); gaps != "" && !sets[s] {
			r.findings = append(r.findings, Finding{
				Rule: MissingOrdinal, ID: dupcheck.ID{Kind: claimKind.Kind, Namespace: s.namespace, Name: s.name + "-" + strconv.Itoa(numbers[0])},
				Message: fmt.Sprintf("of the claims %s-N there are %s, but not %s", s.name, ranges(numbers), gaps),
				Advice:  "a StatefulSet makes what is missing anew, with an empty volume: find out why they are",
			})
		}
	}
}

// mostReplicas bounds what is believed of a StatefulSet.
const mostReplicas = 10_000

func (r *run) statefulSet(o *object, names map[dupcheck.ID]bool, sets map[series]bool) {
	for _, when := range []string{"whenDeleted", "whenScaled"} {
		if o.text("spec", "persistentVolumeClaimRetentionPolicy", when) == "Delete" {
			r.findings.warn(DeletesClaims, o, "set it to Retain in git before it is created again",
				"has persistentVolumeClaimRetentionPolicy.%s: Delete", when)
		}
	}
	first, _ := integer(look(o.value, "spec", "ordinals", "start"))
	replicas, ok := integer(look(o.value, "spec", "replicas"))
	if !ok {
		replicas = 1
	}
	templates, _ := look(o.value, "spec", "volumeClaimTemplates").([]any)
	for _, t := range templates {
		name, _ := look(t, "metadata", "name").(string)
		s := series{o.id.Namespace, name + "-" + o.id.Name}
		sets[s] = true
		var lacks []int
		for i := range min(max(replicas, 0), mostReplicas) {
			id := dupcheck.ID{Kind: claimKind.Kind, Namespace: s.namespace, Name: s.name + "-" + strconv.Itoa(first+i)}
			if !names[id] {
				lacks = append(lacks, first+i)
			}
		}
		if len(lacks) > 0 {
			r.findings.warn(MissingOrdinal, o, "it would make them anew, with empty volumes: find out why they are missing",
				"needs the claims %s-N for %s, which are not restored", s.name, ranges(lacks))
		}
	}
}

// integer reads a small whole number.
func integer(value any) (int, bool) {
	switch v := value.(type) {
	case int:
		return v, true
	case int64:
		return int(min(max(v, 0), math.MaxInt32)), true
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 32)
		return int(max(n, 0)), err == nil
	}
	return 0, false
}

// missing returns the numbers between sorted ones that are not among them.
func missing(numbers []int) string {
	var gaps []string
	for i := 1; i < len(numbers); i++ {
		if from, to := numbers[i-1]+1, numbers[i]-1; from <= to {
			gaps = append(gaps, span(from, to))
		}
	}
	return few(gaps)
}

// ranges writes sorted numbers as "0-2, 5".
func ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] <= numbers[j]+1 {
			j++
		}
		out = append(out, span(numbers[i], numbers[j]))
		i = j + 1
	}
	return few(out)
}

func span(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "-" + strconv.Itoa(to)
}

// few joins the first of many.
func few(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", len(list)-most)
	}
	return strings.Join(list, ", ")
}

// setNames returns the namespaces and names of claims that look like those of
// StatefulSets, each with its ordinals.
func setNames(bindings []Binding) []string {
	have := map[series][]int{}
	for _, b := range bindings {
		if s, n, ok := ordinal(b.Claim); ok && b.State != Refused {
			have[s] = append(have[s], n)
		}
	}
	out := make([]string, 0, len(have))
	for s := range maps.Keys(have) {
		slices.Sort(have[s])
		out = append(out, s.namespace+"/"+s.name+"-N, N = "+ranges(have[s]))
	}
	slices.Sort(out)
	return out
}
