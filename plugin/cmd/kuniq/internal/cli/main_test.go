package cli

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// TestMain puts programs into the PATH of all tests. Each of them is this test binary.
func TestMain(m *testing.M) { testscript.Main(m, programs) }

// programs are the commands in the PATH of all tests. Other files of tests add to them.
var programs = map[string]func(){
	"kuniq":         func() { os.Exit(Run()) },
	"kuniq-jsonnet": func() { os.Exit(Run()) },
	"kubectl-kuniq": func() { os.Exit(Run()) },
}

// scripts is where the scripts lie.
const scripts = "testdata/script/"

// longScripts take a second or more, most of them because they render or use git.
var longScripts = strings.Fields(`
	allowances apart_renderings apart_tests argocd_git argocd_guard argocd_guard_deployed argocd_revision
	argocd_toomuch argocd_tree changed_since changed_since_crd completion guard_policy impact_acknowledge
	impact_allowed impact_reached impact_rehashed init jsonnet jsonnet_files jsonnet_trace known_by_people list
	migrate_refuse one_policy policy rendered_jsonnet restore_volumes together vendor vendor_trust`)

// TestScripts runs testdata/script, but for longScripts. With UPDATE_SCRIPTS=1 in the
// environment what they compare with is rewritten instead.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(scripts + "*.txtar")
	require.NoError(t, err)
	runScripts(t, slices.DeleteFunc(files, func(file string) bool {
		return slices.Contains(longScripts, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}))
}

// TestLongScripts runs longScripts.
func TestLongScripts(t *testing.T) {
	assertion.Long(t)
	var files []string
	for _, name := range longScripts {
		files = append(files, scripts+name+".txtar")
	}
	runScripts(t, files)
}

func runScripts(t *testing.T, files []string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Files:               files,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "utf16": toUTF16},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// exits is the script command "exits CODE PROGRAM ARG...".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	ts.Check(validOutput(args[2:], ts.ReadFile("stdout")))
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// toUTF16 is the script command "utf16 FROM TO".
func toUTF16(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: utf16 FROM TO")
	}
	data := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(ts.ReadFile(args[0]))) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o644))
}

// result is what a run of kuniq leaves.
type result struct {
	code           int
	stdout, stderr string
}

// run runs kuniq inside the test.
func run(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := Command{Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr}
	code := c.Main(context.Background(), args)
	require.NoError(t, validOutput(args, stdout.String()))
	return result{code, stdout.String(), stderr.String()}
}
