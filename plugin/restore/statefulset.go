package restore

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// series are the claims that a StatefulSet creates from one template:
// TEMPLATE-STATEFULSET-ORDINAL.
type series struct {
	namespace, name string // without the ordinal
}

func (s series) claim(ordinal int) dupcheck.ID {
	return dupcheck.ID{Kind: claimKind.Kind, Namespace: s.namespace, Name: s.name + "-" + strconv.Itoa(ordinal)}
}

// seriesOf returns the series that a claim may belong to, and its ordinal there.
func seriesOf(claim dupcheck.ID) (series, int, bool) {
	i := strings.LastIndexByte(claim.Name, '-')
	if i <= 0 {
		return series{}, 0, false
	}
	s := series{claim.Namespace, claim.Name[:i]}
	n, err := strconv.Atoi(claim.Name[i+1:])
	return s, n, err == nil && n >= 0 && s.claim(n) == claim
}

// bySeries returns the sorted ordinals of claims, by series.
func bySeries(claims []dupcheck.ID) map[series][]int {
	out := map[series][]int{}
	for _, id := range claims {
		if s, n, ok := seriesOf(id); ok {
			out[s] = append(out[s], n)
		}
	}
	for _, ordinals := range out {
		slices.Sort(ordinals)
	}
	return out
}

// mostReplicas limits the claims of a StatefulSet, because a dump is untrusted.
const mostReplicas = 10_000

// generatedClaims returns the claims that a StatefulSet creates.
func generatedClaims(id dupcheck.ID, content any) []dupcheck.ID {
	first, _ := integer(look(content, "spec", "ordinals", "start"))
	replicas, ok := integer(look(content, "spec", "replicas"))
	if !ok {
		replicas = 1
	}
	templates, _ := look(content, "spec", "volumeClaimTemplates").([]any)
	var out []dupcheck.ID
	for _, t := range templates {
		name, _ := look(t, "metadata", "name").(string)
		s := series{id.Namespace, name + "-" + id.Name}
		for i := range min(replicas, mostReplicas/max(len(templates), 1)) {
			out = append(out, s.claim(first+i))
		}
	}
	return out
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

// statefulSets warns of claims that a StatefulSet would create with empty volumes: those
// between the restored ordinals, and those that a StatefulSet in the dump needs.
func (r *run) statefulSets(pairs []*pair) {
	var restored []dupcheck.ID
	for _, p := range pairs {
		restored = append(restored, p.claim.id)
	}
	have, sets := bySeries(restored), map[series]bool{}
	for _, o := range r.lost.dump.all(statefulSetKind) {
		for _, when := range []string{"whenDeleted", "whenScaled"} {
			if o.text("spec", "persistentVolumeClaimRetentionPolicy", when) == "Delete" {
				r.findings.warn(DeletesClaims, o, "set it to Retain in git before the StatefulSet is created again",
					"has persistentVolumeClaimRetentionPolicy.%s: Delete", when)
			}
		}
		for s, ordinals := range bySeries(generatedClaims(o.id, o.value)) {
			sets[s] = true
			lacks := slices.DeleteFunc(ordinals, func(n int) bool {
				_, restored := slices.BinarySearch(have[s], n)
				return restored
			})
			if len(lacks) > 0 {
				r.findings.warn(MissingOrdinal, o, "it would create them with empty volumes: find out why they are missing",
					"needs the claims %s-N for %s, which are not restored", s.name, ranges(spans(lacks)))
			}
		}
	}
	for s, ordinals := range have {
		there := spans(ordinals)
		var between []span
		for i := 1; i < len(there); i++ {
			between = append(between, span{there[i-1].to + 1, there[i].from - 1})
		}
		if len(between) > 0 && !sets[s] {
			r.findings.warn(MissingOrdinal, nil, "a StatefulSet creates the missing ones with empty volumes: find out why they are missing",
				"of the claims %s-N there are %s, but not %s", s.name, ranges(there), ranges(between)).ID = s.claim(ordinals[0])
		}
	}
}

// span is a range of ordinals.
type span struct{ from, to int }

// spans returns the ranges in sorted numbers.
func spans(numbers []int) (out []span) {
	for _, n := range numbers {
		if last := len(out) - 1; last >= 0 && n <= out[last].to+1 {
			out[last].to = n
		} else {
			out = append(out, span{n, n})
		}
	}
	return out
}

// ranges writes spans as "0-2, 5", and only the first ones of many.
func ranges(all []span) string {
	var list []string
	for _, s := range all {
		if s.from == s.to {
			list = append(list, strconv.Itoa(s.from))
		} else {
			list = append(list, strconv.Itoa(s.from)+"-"+strconv.Itoa(s.to))
		}
	}
	return report.Few(list, 8)
}

// waitingSets describes the claims that look like those of StatefulSets.
func waitingSets(bindings []Binding) []string {
	var claims []dupcheck.ID
	for _, b := range bindings {
		if b.State != Refused {
			claims = append(claims, b.Claim)
		}
	}
	var out []string
	for s, ordinals := range bySeries(claims) {
		out = append(out, s.namespace+"/"+s.name+"-N, N = "+ranges(spans(ordinals)))
	}
	slices.Sort(out)
	return out
}
