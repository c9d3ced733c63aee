package render

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// Job is the rendering of one root, with everything that it reads.
type Job struct {
	Target
	// Files are the contents of all files that it may read, by their paths
	// from the top of the tree, or those of Library.
	Files map[string][]byte
	// Moved are the files that are read as if they were elsewhere, with where
	// they are: charts that another one refers to.
	Moved map[string]string
	// Inputs are the files of the tree that the rendering reads, as far as they
	// are known, with what it does with them. A file outside of the directory of
	// the kustomization that names it is none: kustomize would refuse it.
	Inputs map[string]Role
	// Rewrites are what is built in place of some kustomizations, by their file.
	Rewrites map[string]Rewrite
	// Manifests are those of the files of a kustomization whose objects become
	// resources.
	Manifests []string
	// Origins asks for the content of objects and where each comes from, and
	// not only for who they are. It makes kustomize up to 20 times slower
	// (kubernetes-sigs/kustomize#5988).
	Origins bool
	// Wanted are the documents whose places are needed, nil is all. To find one
	// in a jsonnet program takes time.
	Wanted map[int]bool

	// Timeout and Temp are for programs that are run: how long they may take,
	// and a directory that is removed later. A Pool sets both.
	Timeout time.Duration
	Temp    string
}

// Limits of one job.
const (
	mostFile  = 64 << 20
	mostFiles = 256 << 20
)

// NewJob returns the rendering of a target of a tree. If it must not or cannot be
// rendered, reason says why in words that hold nothing of any file's content but
// paths: kuniq fetches nothing, executes nothing that the tree brings, and reads
// nothing outside of the tree. The job has its Inputs in this case, too.
func NewJob(t *checkout.Tree, target Target) (job Job, reason string) {
	defer crash.While(target.File)
	c := closure{Tree: t, job: Job{Target: target, Files: map[string][]byte{}, Inputs: map[string]Role{}}, state: map[string]bool{}}
	switch target.Kind {
	case checkout.Chart:
		reason = c.chart()
	case checkout.Environment, checkout.Program:
		reason = c.program()
	default:
		if reason = c.kustomization(target.Dir); reason == "" {
			reason = c.override()
		}
	}
	if reason != "" {
		return Job{Target: target, Inputs: c.job.Inputs}, reason
	}
	return c.job, ""
}

// Names are the names of the files of a job, sorted.
func (j Job) Names() []string { return slices.Sorted(maps.Keys(j.Files)) }

// Result is what comes of a job.
type Result struct {
	// Reason says why there is nothing. It holds nothing of any file's
	// content but the identity of an object.
	Reason string
	// Collision is what kustomize refuses it for, if that is the reason. Without
	// Objects it could not be found out.
	Collision Collision
	// Objects are in the order of the output. The Document of their positions
	// is an index of Contents and of Places; they have no file, no line and no
	// Body. The Set is that of a Tanka Environment inside of a program.
	Objects []dupcheck.Object
	// Unread is what could not be understood in the output.
	Unread []string
	// Contents has, if origins were asked for, each document as JSON.
	Contents [][]byte
	// Places has in this case where each document is declared, with the file's
	// path from the top of the tree. One that is not known has no File.
	Places []dupcheck.Position
}

// Run renders what is in memory. It waits while this process builds another
// kustomization, since kustomize has global state.
func (j Job) Run() Result {
	if j.Kind == checkout.Kustomization {
		leave, err := kustomizer.Enter(context.Background())
		if err != nil {
			return Result{Reason: "interrupted"}
		}
		defer leave()
	}
	return j.run()
}

func (j Job) run() Result {
	switch j.Kind {
	case checkout.Chart:
		return j.template()
	case checkout.Environment, checkout.Program:
		return j.evaluate()
	}
	return j.build()
}

// notRead takes in what could not be understood.
func (r *Result) notRead(err error) {
	if u, ok := errors.AsType[*dupcheck.Unread](err); ok {
		r.Unread = append(r.Unread, u.Reason)
		return
	}
	r.Unread = append(r.Unread, "an object cannot be understood")
}

// bare is an object without what is only true of the output it was in.
func bare(o dupcheck.Object, document int) dupcheck.Object {
	o.Body = nil
	o.At = dupcheck.Position{Document: document, Path: o.At.Path}
	for i := range o.Found {
		for k := range o.Found[i].Declarations {
			o.Found[i].Declarations[k].Position = o.At
		}
	}
	return o
}
