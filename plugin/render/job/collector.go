package job

import "github.com/kuniq/kuniq/plugin/checkout"

// MostFile is the size in bytes of the largest file that a program or a job may read, and
// mostFiles that of all files of a job together.
const (
	MostFile  = 64 << 20
	mostFiles = 256 << 20
)

// Collector collects the files that the rendering of a target reads.
type Collector struct {
	*checkout.Tree
	// Job has the collected files.
	Job Job
	// InputsOnly says that the target cannot be rendered, so only its inputs are wanted,
	// and no content.
	InputsOnly bool
	// At is the directory of the job that has the files of the tree if it is another
	// tree than that of the target: see Part.
	At string

	vendored Vendored
	by       string // the file of the whole target
	origin   string // the URL of the tree if it is another one than that of the target
	bytes    int
}

// NewCollector returns one for a target.
func NewCollector(t *checkout.Tree, target Target) *Collector {
	v := target.Vendored
	target.Vendored = nil
	empty := Job{
		Target: target, Files: map[string][]byte{}, Moved: map[string]string{}, Inputs: map[string]Role{},
		Missing: map[string]string{}, Rewrites: map[string]Rewrite{},
	}
	return &Collector{Tree: t, Job: empty, vendored: v, by: target.File}
}

// Note records what is done with a file.
func (c *Collector) Note(file string, r Role) { c.Job.Inputs[file] = max(c.Job.Inputs[file], r) }

// Add adds a file of the tree, or returns the reason why it cannot.
func (c *Collector) Add(file string) error {
	if _, there := c.Job.Files[file]; there {
		return nil
	}
	if c.Linked(file) {
		return checkout.Errorf(checkout.Outside, "it is reached through a symbolic link")
	}
	err := c.Put(file, func() ([]byte, error) { return checkout.ReadFile(c.FS(), file, MostFile) })
	if err == nil {
		c.Note(file, Data)
	}
	return err
}

// AddAll adds files, and says of the first that cannot be added why.
func (c *Collector) AddAll(files ...string) error {
	for _, file := range files {
		if err := c.Add(file); err != nil {
			return checkout.About(file, err)
		}
	}
	return nil
}

// Put adds what ReadFile or ReadLinked of package checkout returns, under a name.
func (c *Collector) Put(name string, read func() ([]byte, error)) error {
	if c.bytes <= mostFiles {
		data, err := read()
		if err != nil {
			return err
		}
		c.bytes += len(data)
		c.Job.Files[name] = data
	}
	if c.bytes > mostFiles {
		return checkout.Errorf(checkout.TooLarge, "all files together have more than %d MiB", mostFiles>>20)
	}
	return nil
}
