package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// An impactReport is as much of impact -o json as the scripts look at.
type impactReport struct {
	Acknowledgements []struct {
		Annotation, Guard, State, Value, Command string
		Object                                   struct{ Kind, Namespace, Name string }
		At                                       struct{ File string }
	}
	Findings []struct {
		Rule string
		At   struct {
			File string
			Line int
		}
	}
}

// readImpact runs "kuniq argocd impact" on two directories of a script.
func readImpact(ts *testscript.TestScript, base, head string) (report impactReport) {
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" {
			return err
		}
		return os.WriteFile(file, []byte(expand(ts, ts.ReadFile(file))), 0o600)
	}))
	cmd := exec.Command(ts.Getenv("KUNIQ"), "argocd", "impact", "--argocd-namespace", ts.Getenv("NS"), "--base", base, "--head", head, "-o", "json")
	cmd.Dir = ts.MkAbs(".")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1 is for findings
		ts.Fatalf("%v %s", err, out)
	}
	ts.Check(json.Unmarshal(out, &report))
	return report
}

// showImpact prints which acknowledgements a merge needs, and which are spent:
// impact BASE HEAD
func showImpact(ts *testscript.TestScript, _ bool, args []string) {
	report := readImpact(ts, args[0], args[1])
	for _, a := range report.Acknowledgements {
		_, err := fmt.Fprintf(ts.Stdout(), "%s %s %s %s/%s\n", a.Guard, a.State, a.Object.Kind, a.Object.Namespace, a.Object.Name)
		ts.Check(err)
	}
	for _, f := range report.Findings {
		if f.Rule == "spent-acknowledgement" {
			_, err := fmt.Fprintf(ts.Stdout(), "spent %s:%d\n", f.At.File, f.At.Line)
			ts.Check(err)
		}
	}
}

// acknowledgeAll does what impact says: the lines go into the files that have
// annotations, and the commands are run for all others: acknowledge-all HEAD
func acknowledgeAll(ts *testscript.TestScript, _ bool, args []string) {
	for _, a := range readImpact(ts, "base", args[0]).Acknowledgements {
		file, mark := ts.MkAbs(a.At.File), "  annotations:\n"
		if a.Value != "" && strings.Contains(ts.ReadFile(file), mark) {
			text := strings.Replace(ts.ReadFile(file), mark, mark+fmt.Sprintf("    %s: %q\n", a.Annotation, a.Value), 1)
			ts.Check(os.WriteFile(file, []byte(text), 0o600))
			continue
		}
		ts.Check(ts.Exec("sh", "-c", a.Command))
	}
}
