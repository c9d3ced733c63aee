package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// repository reads revisions of a git repository, without touching its working
// tree or index.
type repository struct{ dir string }

// command is a git command.
func (r repository) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = r.dir, gitenv.Environment(nil, "GIT_NO_REPLACE_OBJECTS=1")
	return cmd
}

// output runs a git command.
func (r repository) output(ctx context.Context, args ...string) (string, error) {
	cmd := r.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, dupcheck.Quote(first))
	}
	return string(out), nil
}

// commit returns the commit that a revision names.
func (r repository) commit(ctx context.Context, revision string) (string, error) {
	out, err := r.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	return strings.TrimSpace(out), err
}

// contains says whether a commit has another one in its history.
func (r repository) contains(ctx context.Context, commit, other string) (bool, error) {
	_, err := r.output(ctx, "merge-base", "--is-ancestor", other, commit)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}

// trailers returns the values of a trailer in the commits that only head has,
// as VALUE and COMMIT in turn.
func (r repository) trailers(ctx context.Context, base, head, key string) (all [][2]string, err error) {
	out, err := r.output(ctx, "log", "--format=%H%x00%(trailers:key="+key+",valueonly,separator=%x00)%x01", base+".."+head, "--")
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(out, "\x01") {
		commit, values, ok := strings.Cut(strings.TrimSpace(entry), "\x00")
		for v := range strings.SplitSeq(values, "\x00") {
			if v = strings.TrimSpace(v); ok && v != "" {
				all = append(all, [2]string{v, commit})
			}
		}
	}
	return all, nil
}

// The limits of what is read of a revision.
const (
	mostBlob     = 64 << 20
	mostRevision = 2 << 30
)

// blob is a file of a revision.
type blob struct {
	name, object string
	size         int64
}

// tree reads a commit. Links are there and cannot be read, submodules are not
// there.
func (r repository) tree(ctx context.Context, commit string) (*memoryFS, error) {
	out, err := r.output(ctx, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	var blobs []blob
	var links []string
	total := int64(0)
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		words := strings.Fields(about)
		if len(words) != 4 || words[1] != "blob" || !fs.ValidPath(name) {
			continue
		}
		size, err := strconv.ParseInt(words[3], 10, 64)
		switch {
		case err == nil && size > mostBlob && isManifestFile(name): // it would look as if it were not there
			return nil, fmt.Errorf("%s in %s has more than %d MiB", dupcheck.Quote(name), dupcheck.Quote(commit), mostBlob>>20)
		case words[0] == "120000" || err != nil || size > mostBlob:
			links = append(links, name)
			continue
		}
		if total += size; total > mostRevision {
			return nil, fmt.Errorf("%s has more than %d GiB", dupcheck.Quote(commit), mostRevision>>30)
		}
		blobs = append(blobs, blob{name, words[2], size})
	}
	files, err := r.blobs(ctx, blobs)
	return newMemoryFS(files, links), err
}

// blobs reads the contents of files. Equal ones are read once.
func (r repository) blobs(ctx context.Context, blobs []blob) (map[string][]byte, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := r.command(ctx, "cat-file", "--batch")
	var wanted bytes.Buffer
	contents := map[string][]byte{}
	for _, b := range blobs {
		if _, ok := contents[b.object]; !ok {
			contents[b.object] = nil
			wanted.WriteString(b.object + "\n")
		}
	}
	cmd.Stdin = &wanted
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(pipe, 1<<20)
	for range contents {
		header, err := in.ReadString('\n')
		words := strings.Fields(header)
		if err != nil || len(words) != 3 || words[1] != "blob" {
			stop()
			_ = cmd.Wait()
			return nil, errors.New("git cat-file: a file of the revision is not there")
		}
		size, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, err
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(in, data); err != nil {
			return nil, err
		}
		if _, err := in.Discard(1); err != nil {
			return nil, err
		}
		contents[words[0]] = data
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	files := map[string][]byte{}
	for _, b := range blobs {
		files[b.name] = contents[b.object]
	}
	return files, nil
}
