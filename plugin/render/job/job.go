// Package job is the common part of the renderers: a Renderer collects everything that
// the rendering of a target reads into a Job, and renders the Job. You need it to write a
// renderer; to use them, see package render.
//
// It is v0: the API may change in any minor release, as the changelog says.
package job

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Renderer renders targets of one kind.
type Renderer interface {
	// Collect adds everything that the rendering reads to the job of c. It continues
	// after references that it cannot follow, so that the inputs are known even if the
	// target cannot be rendered, and returns the first reason for that.
	Collect(c *Collector) error
	// Render renders the collected job. If it fails, the result has a reason.
	Render(ctx context.Context, j Job) Result
}

// Role is what the rendering of a target does with a file.
type Role uint8

// The roles of a file. Of several the greatest counts.
const (
	// Data is read as bytes or values, and no object comes of it.
	Data Role = iota
	// Setting decides what is rendered and how: a kustomization, a Chart.yaml, a program.
	Setting
	// Template may become objects or not: a file of a chart, or one that a program
	// imports.
	Template
	// Patch changes objects of other files.
	Patch
	// Source becomes objects.
	Source
)

// Job is the rendering of one target, with everything that it reads.
type Job struct {
	Target
	// Files are the contents of all files that it may read, by their paths from the top
	// of the tree, or those of Library.
	Files map[string][]byte
	// Moved are the files that are read as if they were elsewhere, with where
	// they are: charts that another one refers to.
	Moved map[string]string
	// Inputs are the files of the tree that the rendering reads, as far as they are
	// known, with their roles. A file outside of the directory of the kustomization that
	// names it is none: kustomize would refuse it.
	Inputs map[string]Role
	// Programs are the files and directories of the tree that programs and
	// plugins would read which are not run. "." is the whole tree.
	Programs []string
	// Missing are imports of libraries that were not fetched, with the source to fetch. A
	// program that does not evaluate them does not need them.
	Missing map[string]string
	// Rewrites are the replacements of some kustomizations, by their file.
	Rewrites map[string]Rewrite
	// Charts are what kustomizations of the job inflate.
	Charts []Chart
	// Manifests are the manifests of a kustomization whose objects become resources.
	Manifests []string
	// Origins asks for the content of objects and where each comes from, and not only
	// for their identities. It makes kustomize some two times slower.
	Origins bool
	// Wanted are the documents whose places are needed, nil is all. To find one
	// in a jsonnet program takes time.
	Wanted map[int]bool

	// Timeout and Temp are for programs: their time limit, and a directory that is
	// removed later. A Pool sets both.
	Timeout time.Duration
	Temp    string
}

// Rewrite replaces a kustomization for the build: it has the edits of the deployer, and
// resources in place of generators that only decrypt.
type Rewrite struct {
	// Text is the kustomization.
	Text []byte
	// Configs are the files of generators that are not in it.
	Configs []string
}

// Chart is a chart that a kustomization inflates: helm renders it first, and the
// kustomization has the output as a resource.
type Chart struct {
	// Dir is the directory of the chart among the files of the job, and File the name of
	// the resource.
	Dir, File string
	// By is the file that names the chart: the kustomization, or that of a generator.
	By string
	// Config is the chart as a types.HelmChart in JSON, and Values its file with
	// values, or nothing if none is read.
	Config []byte
	Values string
	// Helm are its settings, without those values.
	Helm Helm
}

// Built is the content of a file as it is built.
func (j Job) Built(file string) []byte {
	if r, ok := j.Rewrites[file]; ok {
		return r.Text
	}
	return j.Files[file]
}

// Names returns the names of the files of a job, sorted.
func (j Job) Names() []string { return slices.Sorted(maps.Keys(j.Files)) }

// Result is the result of a job.
type Result struct {
	// Reason says why there are no objects, and Code classifies it. It contains no
	// content of a file except the identity of an object.
	Reason checkout.Reason
	Code   checkout.Code
	// Also are the codes of further reasons.
	Also []checkout.Code
	// Collision is the collision because of which kustomize refuses it, if that is the
	// reason. Without Objects it could not be found.
	Collision Collision
	// Objects are in the order of the output. The Document of their positions is an index
	// of Contents and of Places; they have no file, no line and no Body. The Set is that
	// of a Tanka Environment inside of a program.
	Objects []dupcheck.Object
	// Unread is what could not be understood in the output.
	Unread []string
	// Contents has, if origins were asked for, each document as JSON.
	Contents [][]byte
	// Places has in this case the place where each document is declared, with the file's
	// path from the top of the tree. An unknown place has no File.
	Places []dupcheck.Position
}

// Collision is the reason why kustomize refuses a target: several objects are one. Each
// object is as it is where they meet, with its place and its content as JSON. An unknown
// place has no File.
type Collision struct {
	Objects  []dupcheck.Object
	Places   []dupcheck.Position
	Contents [][]byte
}

// Failure is the result of a job that failed.
func Failure(err error) Result {
	r := Result{Reason: checkout.ReasonOf(err), Code: checkout.CodeOf(err)}
	if codes := checkout.CodesOf(err); len(codes) > 1 {
		r.Also = codes[1:]
	}
	return r
}

// Causes are the codes of all reasons that are known. There are none if there is no
// reason.
func (r Result) Causes() []checkout.Code {
	if r.Reason == "" {
		return nil
	}
	return append([]checkout.Code{r.Code}, r.Also...)
}

// NotRead adds what could not be understood.
func (r *Result) NotRead(err error) {
	reason := "an object cannot be understood"
	var u *dupcheck.Unread
	if errors.As(err, &u) {
		reason = u.Reason
	}
	r.Unread = append(r.Unread, reason)
}

// Stopped says why a rendering was stopped: ctx has ended.
func Stopped(ctx context.Context, timeout time.Duration) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return checkout.Errorf(checkout.TooLong, "rendering it took longer than %v", timeout)
	}
	return checkout.Errorf(checkout.Interrupted, "interrupted")
}
