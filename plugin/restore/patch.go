package restore

import (
	"encoding/json"
	"strings"
)

// step is one operation of a JSON patch (RFC 6902).
type step struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

const (
	policyPath   = "/spec/persistentVolumeReclaimPolicy"
	claimRefPath = "/spec/claimRef"
	boundByPath  = "/metadata/annotations/pv.kubernetes.io~1bound-by-controller"
)

// sameVolume is a test that the volume is still the same one.
func sameVolume(v *volume) []step {
	if v.uid == "" {
		return nil
	}
	return []step{{"test", "/metadata/uid", v.uid}}
}

// retainPatch keeps the disk even if the volume is deleted.
func retainPatch(v *volume) []step {
	op := "replace"
	if v.policy == "" {
		op = "add"
	}
	return append(sameVolume(v), step{op, policyPath, "Retain"})
}

// releasePatch makes a volume Available again, but only for its claim. It fails as a whole
// if the volume is not retained, if it has another claim by now, or if the patch was applied
// before (RFC 6902, section 5; TestDrillInterrupted of plugin/internal/controlplane tests
// it).
func releasePatch(v *volume) []step {
	steps := append(
		sameVolume(v),
		step{"test", policyPath, "Retain"},
		step{"test", "/status/phase", v.phase},
		step{"test", claimRefPath + "/namespace", v.claim.Namespace},
		step{"test", claimRefPath + "/name", v.claim.Name},
		step{"test", claimRefPath + "/uid", v.claimUID},
		step{"remove", claimRefPath + "/uid", nil},
	)
	if look(v.value, "spec", "claimRef", "resourceVersion") != nil {
		steps = append(steps, step{"remove", claimRefPath + "/resourceVersion", nil})
	}
	// With this annotation the controller may remove the whole claimRef (k8s.io/kubernetes
	// pkg/controller/volume/persistentvolume/pv_controller.go, unbindVolume).
	if look(v.value, "metadata", "annotations", "pv.kubernetes.io/bound-by-controller") != nil {
		steps = append(steps, step{"remove", boundByPath, nil})
	}
	return steps
}

// reservePatch reserves a free volume for a claim. It fails if the volume is no longer free.
func reservePatch(v *volume, c *claim) []step {
	return append(
		sameVolume(v),
		step{"test", policyPath, "Retain"},
		step{"test", "/status/phase", "Available"},
		step{"add", claimRefPath, claimRef(c)},
	)
}

// patch is the file of a patch, with one step a line.
func patch(phase string, live *volume, steps []step) written {
	lines := make([]string, len(steps))
	for i, s := range steps {
		line, err := json.Marshal(s)
		if err != nil {
			panic(err) // strings and maps of strings
		}
		lines[i] = "  " + string(line)
	}
	return written{phase: phase, of: live.object, bytes: []byte("[\n" + strings.Join(lines, ",\n") + "\n]\n")}
}
