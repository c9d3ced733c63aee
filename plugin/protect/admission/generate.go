package admission

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Options are the choices of the caller. The zero value selects all guards that need not be
// named, each with its own default.
type Options struct {
	// Guards are the names of guards or of groups.
	Guards []string
	// Actions are the actions of guards or groups, by name, and the action of all others
	// under the empty name.
	Actions map[string]Action
	// Kinds are the kinds that a tree has or defines. The guard no-delete-state also covers
	// those of them that hold state.
	Kinds []dupcheck.GroupKind
	// State are kinds that hold state, in addition to the built-in ones. The guard covers
	// one without a "*" even if Kinds does not have it.
	State []deploy.StateKind
	// Exempt are users whose requests no guard checks, such as the account of an operator
	// that deletes its own objects.
	Exempt []string
}

// Generate writes the policies and bindings as a YAML stream, in an order that depends only
// on the options. It returns an error for an unknown name or action.
func Generate(o Options) ([]byte, error) {
	chosen, err := o.choose()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	for _, g := range chosen {
		for _, x := range g.objects(o) {
			if err := e.Encode(x); err != nil {
				return nil, err
			}
		}
	}
	return out.Bytes(), e.Close()
}

// userName matches the names of users that an expression can contain unquoted.
var userName = regexp.MustCompile(`^[A-Za-z0-9:._@/+-]+$`)

func (o Options) choose() ([]Guard, error) {
	all := guards(kindsOf(o.State, o.Kinds...))
	chosen, err := choose(all, o.Guards)
	if err != nil {
		return nil, err
	}
	for name := range o.Actions {
		if name == "" {
			continue
		}
		if err := anyOf(all, []string{name}); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(chosen, func(g Guard) bool { return g.is(name) }) {
			return nil, fmt.Errorf("an action is given for %s, which is not chosen", dupcheck.QuoteAlways(name))
		}
	}
	for _, user := range o.Exempt {
		if !userName.MatchString(user) {
			return nil, fmt.Errorf("%s is not a user name", dupcheck.QuoteAlways(user))
		}
	}
	return chosen, nil
}

// action returns the action for a request that a guard matches.
func (o Options) action(g Guard) Action {
	for _, name := range []string{g.Name, g.group, ""} {
		if a, ok := o.Actions[name]; ok {
			return a
		}
	}
	return g.Default
}

// objects returns the policy and the binding.
func (g Guard) objects(o Options) []object {
	const version = "admissionregistration.k8s.io/v1"
	g.policy.MatchConditions = append([]expression{notExempt(o.Exempt)}, g.policy.MatchConditions...)
	policy := object{version, "ValidatingAdmissionPolicy", g.metadata(), g.policy}
	policy.Metadata.Annotations["kubernetes.io/description"] = "Refuses " + g.Refuses + ". Acknowledge one request: " + g.Acknowledge +
		". Switch the guard off: kubectl delete validatingadmissionpolicybinding " + g.object()
	return []object{policy, {version, "ValidatingAdmissionPolicyBinding", g.metadata(), bindingSpec{g.object(), o.action(g).validation(), g.selects}}}
}

// object is the name of both objects.
func (g Guard) object() string { return "kuniq-" + g.Name }

func (g Guard) metadata() metadata {
	return metadata{
		Name: g.object(), Labels: map[string]string{GuardLabel: g.Name},
		// No policy protects policies: these annotations tell a deployer not to
		// delete them, and to apply them first.
		Annotations: map[string]string{
			"argocd.argoproj.io/sync-options":   "Prune=false,Delete=false",
			"argocd.argoproj.io/sync-wave":      "-1",
			"kustomize.toolkit.fluxcd.io/prune": "disabled",
		},
	}
}
