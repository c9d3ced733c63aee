package render

import (
	"context"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/helm"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/jsonnet"
	"github.com/kuniq/kuniq/plugin/render/kustomize"
	"github.com/kuniq/kuniq/plugin/render/tanka"
)

// renderers are the renderers, by the kind of target.
var renderers = map[checkout.Kind]job.Renderer{
	checkout.Kustomization: kustomize.Renderer{},
	checkout.Chart:         helm.Renderer{},
	checkout.Environment:   tanka.Renderer{},
	checkout.Program:       jsonnet.Renderer{},
}

// The input and the result of a job. See package job.
type (
	// Job is the rendering of one target, with everything that it reads.
	Job = job.Job
	// Result is the result of a job.
	Result = job.Result
	// Collision is what kustomize refuses a target for.
	Collision = job.Collision
	// Role is what the rendering of a target does with a file.
	Role = job.Role
	// Target is a target of a checkout with its settings for rendering.
	Target = job.Target
	// Kustomize has the changes of a deployer to a kustomization.
	Kustomize = job.Kustomize
	// Flux is how kustomize-controller builds a kustomization.
	Flux = job.Flux
	// Substitution puts variables into built objects.
	Substitution = job.Substitution
	// Helm has the settings for a chart.
	Helm = job.Helm
	// HelmValue is one value of a chart.
	HelmValue = job.HelmValue
	// Jsonnet has the settings for a program.
	Jsonnet = job.Jsonnet
	// Library is a directory in which the imports of programs are searched.
	Library = job.Library
	// Variable is an external variable of jsonnet, or a top-level argument.
	Variable = job.Variable
	// Vendored has the remote sources that were fetched.
	Vendored = job.Vendored
)

// The roles of a file. See package job.
const (
	Data     = job.Data
	Setting  = job.Setting
	Template = job.Template
	Patch    = job.Patch
	Source   = job.Source
)

// NewJob returns the rendering of a target of a tree. If it must not or cannot be
// rendered, the error has a code and the reason; its words contain no content of a file
// except paths. kuniq fetches nothing, executes nothing from the tree, and reads nothing
// outside of the tree. The job has its Inputs in this case, too.
func NewJob(t *checkout.Tree, target Target) (Job, error) {
	defer crash.While(target.File)
	c := job.NewCollector(t, target)
	if err := renderers[target.Kind].Collect(c); err != nil {
		return Job{Target: c.Job.Target, Inputs: c.Job.Inputs, Programs: c.Job.Programs}, err
	}
	return c.Job, nil
}

// Run renders a job. If it fails, or ctx ends, the result has a reason.
func Run(ctx context.Context, j Job) Result {
	leave, err := enter(ctx, j)
	if err != nil {
		return job.Failure(job.Stopped(ctx, j.Timeout))
	}
	defer leave()
	return renderers[j.Kind].Render(ctx, j)
}

// enter waits until the renderer of a job has no other work in this process, if it can do
// only one thing at a time. The caller calls leave afterwards.
func enter(ctx context.Context, j Job) (leave func(), err error) {
	if one, ok := renderers[j.Kind].(interface {
		Enter(context.Context) (func(), error)
	}); ok {
		return one.Enter(ctx)
	}
	return func() {}, nil
}
