package protect

import (
	"errors"
	"fmt"
	"strings"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// functionConfig is that of the KRM function ProtectState.
type functionConfig struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Spec       struct {
		ArgoCDVersion string   `json:"argocdVersion"`
		Flux          bool     `json:"flux"`
		State         []string `json:"state"`
	} `json:"spec"`
}

// FunctionKind is the kind of functionConfig that asks for ProtectState; its
// group is kuniq.dev.
const FunctionKind = "ProtectState"

// ErrConfig is the error of ProtectState for a functionConfig that is not
// understood, possibly wrapped.
var ErrConfig = errors.New("the functionConfig is not understood")

// AsksFor says whether a ResourceList has a functionConfig of ProtectState.
func AsksFor(input []byte) bool {
	if !strings.Contains(string(input), FunctionKind) {
		return false
	}
	var list struct {
		FunctionConfig struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
		} `json:"functionConfig"`
	}
	err := yaml.Unmarshal(input, &list)
	return err == nil && list.FunctionConfig.Kind == FunctionKind && strings.HasPrefix(list.FunctionConfig.APIVersion, "kuniq.dev/")
}

// ProtectState is the KRM function of that name: it returns the ResourceList
// with the annotations, in which nothing else differs from what came in. Objects
// that cannot be protected are an error, and so is a ResourceList that is not
// understood.
func ProtectState(input []byte) (output []byte, err error) {
	var list struct {
		Kind           string         `json:"kind"`
		FunctionConfig map[string]any `json:"functionConfig"`
	}
	if err := yaml.Unmarshal(input, &list); err != nil || list.Kind != "ResourceList" {
		return nil, errors.New("the input is no ResourceList")
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

// configured reads the functionConfig strictly: a misspelt field that is
// ignored is a protection that is not there.
func configured(config map[string]any) (o Options, err error) {
	data, err := yaml.Marshal(config)
	if err == nil {
		data, err = yaml.YAMLToJSON(data)
	}
	var c functionConfig
	if err == nil {
		var strict []error
		if strict, err = kjson.UnmarshalStrict(data, &c); err == nil && len(strict) > 0 {
			err = strict[0]
		}
	}
	if err != nil {
		return o, fmt.Errorf("%w: %s", ErrConfig, dupcheck.Quote(err.Error()))
	}
	o = Options{Version: deploy.Version(c.Spec.ArgoCDVersion), Flux: c.Spec.Flux}
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
