package render

import (
	"context"
	"encoding/gob"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// workerVariable makes this test binary a worker.
const workerVariable = "KUNIQ_TEST_WORKER"

func TestMain(m *testing.M) {
	switch os.Getenv(workerVariable) {
	case "":
		os.Exit(m.Run())
	case "dies":
		os.Exit(1)
	case "sleeps":
		select {}
	case "picky":
		servePicky()
	}
	if Serve(os.Stdin, os.Stdout) != nil {
		os.Exit(1)
	}
}

// servePicky does what the name of a directory says.
func servePicky() {
	decoder, encoder := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	for {
		var job Job
		if decoder.Decode(&job) != nil {
			os.Exit(0)
		}
		switch job.Dir {
		case "sleeps":
			_, _ = io.Copy(io.Discard, os.Stdin)
		case "dies":
			os.Exit(1)
		case "killed":
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
		case "babbles":
			_, _ = os.Stdout.WriteString("fatal error: out of memory")
			os.Exit(2)
		}
		_ = encoder.Encode(run(job))
	}
}

// command starts a worker of some sort.
func command(t *testing.T, sort string) func() *exec.Cmd {
	self, err := os.Executable()
	require.NoError(t, err)
	return func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), workerVariable+"="+sort)
		return cmd
	}
}

// tree makes a file system of a txtar archive.
func tree(text string) fs.FS {
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

// newJob is NewJob with the words of the reason.
func newJob(t *checkout.Tree, target Target) (Job, string) {
	j, err := NewJob(t, target)
	if err != nil {
		return j, err.Error()
	}
	return j, ""
}

// run renders a job.
func run(j Job) Result { return Run(context.Background(), j) }
