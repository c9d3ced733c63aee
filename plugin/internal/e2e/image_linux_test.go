package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readDockerfile returns the lines of the Dockerfile that are no comments, and
// the command to build the binary that is in one.
func readDockerfile(t *testing.T) (instructions []string, build string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "plugin", "krmfn", "Dockerfile"))
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			instructions = append(instructions, strings.TrimSpace(line))
		}
	}
	command := regexp.MustCompile(`(?m)^#   (CGO_ENABLED=0 .*go build.*)$`).FindStringSubmatch(string(data))
	require.NotNil(t, command, "the Dockerfile says how the binary is built")
	return instructions, command[1]
}

// TestImage puts together by hand what the Dockerfile describes, and runs it:
// no image can be built where there is no container engine. There is nothing
// in the root but the binary, which has no owner there, and no environment.
func TestImage(t *testing.T) {
	asked(t)
	instructions, build := readDockerfile(t)
	require.Equal(t, []string{"FROM scratch", "ARG TARGETPLATFORM", "COPY $TARGETPLATFORM/kuniq /kuniq", "USER 65532:65532", `ENTRYPOINT ["/kuniq", "fn"]`}, instructions)
	empty := t.TempDir()
	binary := filepath.Join(empty, "kuniq")
	out := shell(t, root(t), nil, strings.Replace(build, "image/linux/amd64/kuniq", binary, 1))
	require.FileExists(t, binary, out)
	requireStatic(t, binary)
	require.NoError(t, os.Chmod(empty, 0o555))

	const list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n"
	const first = "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: web\n"
	for _, tt := range []struct {
		name, stdin string
		code        int
		says        string
	}{
		{"clean", list + first, 0, "kuniq: 1 object, no duplicates\n"},
		{"findings", list + first + first, 1, "ConfigMap web is declared twice"},
		{"typo", list + first + "functionConfig:\n  apiVersion: kuniq.dev/v1alpha1\n  kind: UniqueObjects\n  metadata:\n    name: u\n  spec:\n    emitt: none\n", 2, "emitt"},
		{"nothing", "", 3, "kuniq: "},
		{"garbage", "\x00\xff{", 3, "kuniq: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stdout, stderr, code := contained(t, empty, tt.stdin)
			assert.Equal(t, tt.code, code, stderr)
			assert.Contains(t, stderr, tt.says)
			if tt.code == 0 {
				assert.Equal(t, tt.stdin, stdout)
			} else if tt.code > 1 {
				assert.Empty(t, stdout)
			}
		})
	}
	left, err := os.ReadDir(empty)
	require.NoError(t, err)
	require.Len(t, left, 1, "it wrote something")
}

// contained runs the binary as a container engine would: as a user other than
// root, in a root file system of its own, without environment.
func contained(t *testing.T, root, stdin string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command("/kuniq", "fn")
	cmd.Dir = "/"
	cmd.Env = []string{}
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.SysProcAttr = jail(root)
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Skipf("neither root nor a user namespace, to change the root directory: %v", err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// jail changes the root directory and, which only root may, the user. Others
// do both in a user namespace.
func jail(root string) *syscall.SysProcAttr {
	const unprivileged = 65532
	if os.Getuid() == 0 {
		return &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: unprivileged, Gid: unprivileged}}
	}
	return &syscall.SysProcAttr{
		Chroot:      root,
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: unprivileged, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: unprivileged, HostID: os.Getgid(), Size: 1}},
	}
}

// requireStatic says that no loader and no library is needed.
func requireStatic(t *testing.T, binary string) {
	t.Helper()
	f, err := elf.Open(binary)
	require.NoError(t, err)
	defer f.Close()
	for _, p := range f.Progs {
		require.NotEqual(t, elf.PT_INTERP, p.Type)
		require.NotEqual(t, elf.PT_DYNAMIC, p.Type)
	}
}
