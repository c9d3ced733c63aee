package impact

import (
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// hashed is a name that a generator of kustomize made: with a hash of the content as
// suffix (kustomize api/hasher: ten hexadecimal digits in letters of its own).
var hashed = regexp.MustCompile(`^(.+-)[2456789bcdfghkmt]{10}$`)

// rehashed returns the ConfigMap or Secret that an edit of content makes in place of an
// earlier one of a deployer: their names are equal except for the hash. An edit loses no
// state.
func rehashed(before, after map[dupcheck.ID]dupcheck.Object, id dupcheck.ID) (now dupcheck.ID, ok bool) {
	name := hashed.FindStringSubmatch(id.Name)
	if name == nil || id.Group != "" || id.Kind != "ConfigMap" && id.Kind != "Secret" {
		return now, false
	}
	for other := range after {
		same := strings.HasPrefix(other.Name, name[1]) && other.GroupKind() == id.GroupKind() && other.Namespace == id.Namespace
		if _, was := before[other]; !same || was {
			continue
		}
		if stem := hashed.FindStringSubmatch(other.Name); stem != nil && stem[1] == name[1] && (!ok || other.Name < now.Name) {
			now, ok = other, true
		}
	}
	return now, ok
}
