package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These types are the contract of impact -o json. Fields may be added at the
// end of each, none renamed or removed.
type (
	contractImpact struct {
		Version    int                   `json:"version"`
		Headline   string                `json:"headline"`
		Fails      bool                  `json:"fails"`
		Removed    *int                  `json:"removedFromGit"` // null if it is not known
		Compared   int                   `json:"compared"`
		Deployers  []contractChange      `json:"deployers"`
		Findings   []contractImpactFault `json:"findings"`
		Used       []contractAllowance   `json:"allowancesUsed"`
		Unused     []contractAllowance   `json:"allowancesUnused"`
		NotMerged  string                `json:"notMerged,omitempty"`
		Resolved   int                   `json:"resolved"`
		Unresolved int                   `json:"unresolved"`
		Changed    int                   `json:"unresolvedChanged"`
		Permitted  []contractAllowed     `json:"allowed"`
		Ignored    int                   `json:"ignored"`

		Acknowledgements []contractAcknowledgement `json:"acknowledgements"`
	}
	contractAcknowledgement struct {
		Annotation string        `json:"annotation"`
		Guard      string        `json:"guard"`
		Action     string        `json:"action"`
		Object     contractID    `json:"object"`
		Cluster    string        `json:"cluster"`
		At         contractPlace `json:"at"`
		Value      string        `json:"value,omitempty"` // absent if it is the uid
		State      string        `json:"state"`           // needed, wrong or acknowledged
		Found      string        `json:"found,omitempty"`
		Set        *contractID   `json:"set,omitempty"`
		Template   string        `json:"template,omitempty"`
		Command    string        `json:"command,omitempty"`
	}
	contractPlace struct {
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Document int    `json:"document"`
		Path     string `json:"path"`
		Origin   string `json:"origin"`
	}
	contractChange struct {
		ID         contractID            `json:"id"`
		Instance   string                `json:"instance"`
		At         contractPlace         `json:"at"`
		Change     string                `json:"change"` // changed, gone or stays
		Before     int                   `json:"before"`
		After      int                   `json:"after"`
		Lost       int                   `json:"lost"`
		StateLost  int                   `json:"stateLost"`
		Verdict    string                `json:"verdict"` // safe, allowed, review, not known or fails
		Unresolved string                `json:"unresolved,omitempty"`
		AllowedBy  string                `json:"allowedBy,omitempty"`
		Retarget   string                `json:"retargetFrom,omitempty"`
		Counts     map[string]int        `json:"counts"` // by outcome
		Fields     []contractField       `json:"fields"`
		Findings   []contractImpactFault `json:"findings"`
		Removed    []contractLoss        `json:"removed"`
	}
	contractField struct {
		Path   string        `json:"path"`
		Before string        `json:"before"`
		After  string        `json:"after"`
		At     contractPlace `json:"at"`
	}
	contractImpactFault struct {
		Rule     string        `json:"rule"`
		Severity string        `json:"severity"`
		Message  string        `json:"message"`
		Advice   string        `json:"advice,omitempty"`
		At       contractPlace `json:"at"`
	}
	contractLoss struct {
		ID      contractID    `json:"id"`
		Outcome string        `json:"outcome"`
		State   string        `json:"state,omitempty"`
		Note    string        `json:"note,omitempty"`
		At      contractPlace `json:"at"`
	}
	contractAllowance struct {
		Deployer string `json:"deployer"`
		From     string `json:"from"`
	}
)

// decodeImpact decodes an impact and requires that it has the fields of the
// contract and no others, and no null but where one is promised.
func decodeImpact(t *testing.T, encoded string) (i contractImpact) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(encoded))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&i))
	require.False(t, dec.More(), "one object")
	again, err := json.Marshal(i)
	require.NoError(t, err)
	require.JSONEq(t, string(again), encoded, "a field of the contract is missing")
	var raw map[string]any
	require.NoError(t, json.Unmarshal([]byte(encoded), &raw))
	delete(raw, "removedFromGit")
	requireNoNull(t, "", raw)
	return i
}

const impactApp = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.com/config", path: PATH, targetRevision: HEAD}
  destination: {server: "https://prod01", namespace: shop}
  syncPolicy: {automated: {prune: true}}
`

func TestJSONOfAnImpact(t *testing.T) {
	volume, config := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n"
	tree(t, map[string]string{
		"base/app.yaml": strings.Replace(impactApp, "PATH", "a", 1), "base/a/volume.yaml": volume, "base/b/config.yaml": config,
		"head/app.yaml": strings.Replace(impactApp, "PATH", "b", 1), "head/a/volume.yaml": volume, "head/b/config.yaml": config,
	})
	got := run(t, "", "argocd", "impact", "--base", "base", "--head", "head", "-o", "json", "--allow-prune", "argocd/missing")
	assert.Equal(t, exitFindings, got.code)
	none, at := 0, contractPlace{File: "head/app.yaml", Line: 5, Column: 61}
	assert.Equal(t, contractImpact{
		Version: 1, Fails: true, Removed: &none, Compared: 1, Resolved: 1,
		Headline: "nothing was removed from git, yet 1 object of Application argocd/shop would be pruned: 1 PersistentVolumeClaim",
		Deployers: []contractChange{{
			ID: contractID{"argoproj.io", "Application", "argocd", "shop"}, At: contractPlace{File: "head/app.yaml", Line: 3, Column: 18}, Change: "changed",
			Before: 1, After: 1, Lost: 1, StateLost: 1, Verdict: "fails", Counts: map[string]int{"pruned": 1},
			Fields: []contractField{{"spec.source.path", "a", "b", at}},
			Findings: []contractImpactFault{
				{
					Rule: "would-prune", Severity: "error", At: at,
					Message: "1 object that holds state of Application argocd/shop would be pruned: 1 PersistentVolumeClaim",
					Advice:  "give them Prune=confirm in a change of its own before this one, or allow it with --allow-prune argocd/shop",
				},
				{
					Rule: "max-prune", Severity: "error", At: at,
					Message: "Application argocd/shop would lose 1 of 1 object (limit 50%)",
					Advice:  "split the change, or allow it with --allow-prune argocd/shop",
				},
				{Rule: "identity-change", Severity: "warning", Message: `Application argocd/shop changes spec.source.path from "a" to "b"`, At: at},
			},
			Removed: []contractLoss{{
				ID: contractID{"", "PersistentVolumeClaim", "shop", "data"}, Outcome: "pruned",
				State: "its volume is deleted with it unless the volume is retained", At: contractPlace{File: "base/a/volume.yaml", Line: 3, Column: 18},
			}},
		}},
		Findings: []contractImpactFault{{
			Rule: "unused-allowance", Severity: "warning", Advice: "remove it, or correct its name",
			Message: `the allowance for "argocd/missing" matches nothing that would be deleted (--allow-prune)`,
		}},
		Used: []contractAllowance{}, Unused: []contractAllowance{{"argocd/missing", "--allow-prune"}}, Permitted: []contractAllowed{},
		Acknowledgements: []contractAcknowledgement{{
			Annotation: "kuniq.dev/allow-delete", Guard: "no-delete-claim", Action: "deny", Object: contractID{"", "PersistentVolumeClaim", "shop", "data"},
			Cluster: "https://prod01", At: contractPlace{File: "base/a/volume.yaml", Line: 3, Column: 18}, State: "needed",
			Command: `kubectl annotate --overwrite persistentvolumeclaim -n shop data kuniq.dev/allow-delete="$(kubectl get persistentvolumeclaim -n shop data -o 'jsonpath={.metadata.uid}')"`,
		}},
	}, decodeImpact(t, got.stdout))

	// Of nothing the lists are empty, and never null.
	got = run(t, "", "argocd", "impact", "--base", "base", "--head", "base", "-o", "json")
	assert.Equal(t, exitClean, got.code)
	assert.Equal(t, contractImpact{
		Version: 1, Headline: "no object would be deleted", Removed: &none, Compared: 1, Resolved: 1,
		Deployers: []contractChange{}, Findings: []contractImpactFault{}, Used: []contractAllowance{}, Unused: []contractAllowance{}, Permitted: []contractAllowed{}, Acknowledgements: []contractAcknowledgement{},
	}, decodeImpact(t, got.stdout))
}
