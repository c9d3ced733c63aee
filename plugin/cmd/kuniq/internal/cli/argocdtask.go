package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// task is the rendering of one part with what was found out about it, or the
// reason why there is none.
type task struct {
	job render.Job
	// key is a digest of all that the job depends on.
	key string
	// owners says that what is rendered may be owners itself, whose content is
	// needed.
	owners bool
	reason string
}

// partOf is a part of a repository, as JSON.
type partOf struct {
	repo fs.FS
	part string
}

// task makes the job of a part. It is the same in all rounds, in which every
// part is asked for again.
func (r *resolver) task(repo fs.FS, part render.Target) task {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err) // it has nothing but strings
	}
	at := partOf{repo, string(text)}
	t, known := r.tasks[at]
	if known {
		return t
	}
	if t.job, err = render.NewJob(r.partsOf(repo), part); err == nil {
		r.describe(&t, text)
	} else {
		t.reason = err.Error()
	}
	r.tasks[at] = t
	return t
}

func (r *resolver) describe(t *task, part []byte) {
	hash := sha256.New()
	_, _ = hash.Write(part)
	t.owners = factsOf(part).owners
	for _, name := range t.job.Names() {
		facts := r.facts(t.job.Files[name])
		fmt.Fprintf(hash, "%q %x", name, facts.sum)
		t.owners = t.owners || facts.owners
	}
	t.key = hex.EncodeToString(hash.Sum(nil))
}

// fileOf is a content by where it is in memory: jobs share their files.
type fileOf struct {
	first *byte
	size  int
}

// contentFacts is what matters of a content.
type contentFacts struct {
	sum    [sha256.Size]byte
	owners bool // it may hold owners, or say what keeps them
}

// facts looks at every content once.
func (r *resolver) facts(data []byte) contentFacts {
	var at fileOf
	if len(data) > 0 {
		at = fileOf{&data[0], len(data)}
	}
	f, known := r.files[at]
	if !known {
		f = factsOf(data)
		r.files[at] = f
	}
	return f
}

func factsOf(data []byte) contentFacts {
	return contentFacts{
		sum:    sha256.Sum256(data),
		owners: checkout.Mentions(data, "argoproj.io") || checkout.Mentions(data, "toolkit.fluxcd.io"),
	}
}
