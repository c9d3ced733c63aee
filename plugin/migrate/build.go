package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// workTree is where the files of a build are, in memory.
const workTree = "/work-tree"

// verdict is the result of building a kustomization before and after.
type verdict uint8

const (
	builds    verdict = iota // it builds to the same bytes
	unbuilt                  // it does not build even before
	breaks                   // it no longer builds
	changes                  // it builds to something else
	reordered                // it builds to something else if the order of the files counts
)

// buildBoth builds a kustomization from two sets of files, also in the order in which its
// files are named. Every file that it may read is in memory, and the caller has made sure
// that none of them names anything that would be fetched.
func buildBoth(ctx context.Context, before, after map[string][]byte, dir, kustomization string) (verdict, error) {
	leave, err := kustomizer.Enter(ctx)
	if err != nil {
		return unbuilt, err
	}
	v, err := crash.Await(ctx, func() verdict {
		defer crash.While(kustomization)
		defer leave()
		return evaluate(ctx, before, after, dir, kustomization)
	})
	if err != nil {
		return unbuilt, err
	}
	return v, nil
}

func evaluate(ctx context.Context, before, after map[string][]byte, dir, kustomization string) verdict {
	for _, fifo := range []bool{false, true} {
		old, err := build(before, dir, kustomization, fifo)
		if err != nil || ctx.Err() != nil {
			return unbuilt
		}
		fresh, err := build(after, dir, kustomization, fifo)
		switch {
		case err != nil:
			return breaks
		case bytes.Equal(old, fresh):
		case fifo:
			return reordered
		default:
			return changes
		}
	}
	return builds
}

// build runs kustomize over files in memory.
func build(files map[string][]byte, dir, kustomization string, fifo bool) ([]byte, error) {
	fs := kustomizer.NewMemory()
	for file, data := range files {
		if file == kustomization {
			tuned, err := tuned(data, fifo)
			if err != nil {
				return nil, err
			}
			data = tuned
		}
		fs.Add(path.Join(workTree, file), data)
	}
	// Everything in memory is from inside the repository, and some users build without
	// restrictions.
	m, err := kustomizer.Build(fs, path.Join(workTree, dir), types.LoadRestrictionsNone)
	if err != nil {
		return nil, err
	}
	return m.AsYaml()
}

// tuned returns the kustomization that is built. Annotations that name files
// are left out, because those are meant to change; with fifo, the order of the
// output is that of the files.
func tuned(data []byte, fifo bool) ([]byte, error) {
	var k types.Kustomization
	if err := k.Unmarshal(data); err != nil {
		return nil, err
	}
	naming := func(option string) bool {
		return option == types.OriginAnnotations || option == types.TransformerAnnotations
	}
	if !fifo && !slices.ContainsFunc(k.BuildMetadata, naming) {
		return data, nil
	}
	k.BuildMetadata = slices.DeleteFunc(k.BuildMetadata, naming)
	if fifo {
		k.SortOptions = &types.SortOptions{Order: types.FIFOSortOrder}
	}
	out, err := json.Marshal(k)
	if err != nil {
		return nil, errors.New("the kustomization cannot be written as JSON")
	}
	return out, nil
}
