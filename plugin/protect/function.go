package protect

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// functionConfig is the configuration of the KRM function ProtectState.
type functionConfig struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		ArgoCDVersion deploy.Version `json:"argocdVersion"`
		Flux          bool           `json:"flux"`
		State         []string       `json:"state"`
	} `json:"spec"`
}

// functionKind is the kind of functionConfig that asks for ProtectState; its
// group is kuniq.dev.
const functionKind = "ProtectState"

// resourceList is the input of a function. Its configuration is parsed separately.
type resourceList struct {
	Kind           string         `json:"kind"`
	FunctionConfig map[string]any `json:"functionConfig"`
}

// ErrConfig is the error of ProtectState for an invalid functionConfig, possibly wrapped.
var ErrConfig = errors.New("the functionConfig is not understood")

// AsksFor reports whether a ResourceList has a functionConfig of ProtectState.
func AsksFor(input []byte) bool {
	var list resourceList
	if !strings.Contains(string(input), functionKind) || yaml.Unmarshal(input, &list) != nil {
		return false
	}
	version, _ := list.FunctionConfig["apiVersion"].(string)
	return list.FunctionConfig["kind"] == functionKind && strings.HasPrefix(version, "kuniq.dev/")
}

// ProtectState is the KRM function of that name. It returns the ResourceList with the
// annotations and no other difference. It returns an error for objects that cannot be
// protected, and for a ResourceList that it does not understand.
func ProtectState(input []byte) (output []byte, err error) {
	var list resourceList
	if err := yaml.Unmarshal(input, &list); err != nil || list.Kind != "ResourceList" {
		return nil, errors.New("the input is not a ResourceList")
	}
	o, err := configured(list.FunctionConfig)
	if err != nil {
		return nil, err
	}
	p := Edit("stdin", input, o)
	for _, u := range p.Unread {
		return nil, fmt.Errorf("part of the input cannot be understood: %w", &u)
	}
	for _, d := range p.Refused {
		return nil, errors.New(d.Message)
	}
	return p.Data, nil
}

// configured reads the functionConfig strictly: an ignored misspelt field would be a missing
// protection.
func configured(config map[string]any) (o Options, err error) {
	var c functionConfig
	var strict []error
	data, err := json.Marshal(config)
	if err == nil {
		strict, err = kjson.UnmarshalStrict(data, &c)
	}
	if err = errors.Join(append(strict, err)...); err != nil {
		return o, fmt.Errorf("%w: %s", ErrConfig, dupcheck.Quote(err.Error()))
	}
	o = Options{Version: c.Spec.ArgoCDVersion, Flux: c.Spec.Flux}
	if !o.Version.Valid() {
		return o, fmt.Errorf("%w: spec.argocdVersion is not of the form MAJOR.MINOR", ErrConfig)
	}
	for _, s := range c.Spec.State {
		kind, err := deploy.ParseStateKind(s)
		if err != nil {
			return o, fmt.Errorf("%w: spec.state: %w", ErrConfig, err)
		}
		o.State = append(o.State, kind)
	}
	return o, nil
}
