package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// script runs a script of testdata/admission in a namespace of its own.
func (g *guarded) script(t testscript.T, name string) {
	namespace := fmt.Sprint("kuniq-", g.count.Add(1))
	testscript.RunT(t, testscript.Params{
		Files:               []string{filepath.Join("testdata", "admission", name+".txtar")},
		RequireExplicitExec: true,
		Setup:               func(e *testscript.Env) error { return g.setup(e, namespace) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"kubectl": passes, "refused": refused, "uid": uidOf, "same-uid": sameUID, "acknowledge": acknowledge,
			"acknowledge-in": acknowledgeIn, "acknowledge-delete": acknowledgeDelete, "gone": absent, "eventually": eventually, "sleep": sleep, "variable": keep,
			"impact": showImpact, "acknowledge-all": acknowledgeAll,
		},
	})
}

// setup makes the namespace and a kubeconfig for it.
func (g *guarded) setup(e *testscript.Env, namespace string) error {
	config, err := os.ReadFile(g.Kubeconfig)
	if err != nil {
		return err
	}
	here := strings.Replace(string(config), "user: admin}", "user: admin, namespace: "+namespace+"}", 1)
	file := filepath.Join(e.WorkDir, ".kubeconfig")
	if err := os.WriteFile(file, []byte(here), 0o600); err != nil {
		return err
	}
	for name, value := range map[string]string{
		"KUBECONFIG": file, "HOME": g.dir, "NS": namespace, "ARGOCD": argoCD, "PLAIN_TOKEN": g.plain, "KUNIQ": g.kuniq,
		"PATIENCE": g.wait.String(), "PATH": g.Programs.Dir + string(os.PathListSeparator) + os.Getenv("PATH"),
	} {
		e.Setenv(name, value)
	}
	out, err := g.Kubectl(context.Background(), "", "create", "namespace", namespace)
	if err == nil && out.Code != 0 {
		err = errors.New(out.Stderr)
	}
	return err
}

// kubectl runs kubectl with variables put into its arguments, and into the files
// that they name.
func kubectl(ts *testscript.TestScript, args []string) error {
	expanded := make([]string, len(args))
	for i, arg := range args {
		expanded[i] = expand(ts, arg)
		if i > 0 && args[i-1] == "-f" {
			file := ts.MkAbs(arg)
			ts.Check(os.WriteFile(file, []byte(expand(ts, ts.ReadFile(file))), 0o600))
		}
	}
	return ts.Exec("kubectl", expanded...)
}

var variable = regexp.MustCompile(`\$[A-Z]+\b`)

func expand(ts *testscript.TestScript, s string) string {
	return variable.ReplaceAllStringFunc(s, func(v string) string { return ts.Getenv(v[1:]) })
}

// passes is a request that no guard is against: kubectl ARGUMENT...
func passes(ts *testscript.TestScript, _ bool, args []string) {
	err := kubectl(ts, args)
	if stderr := ts.ReadFile("stderr"); err != nil || strings.Contains(stderr, "ValidatingAdmissionPolicy") {
		ts.Fatalf("this should pass: %v %s", err, stderr)
	}
}

// refused is a request that a guard refuses, with a message: refused TEXT ARGUMENT...
func refused(ts *testscript.TestScript, _ bool, args []string) {
	err := kubectl(ts, args[1:])
	stderr := ts.ReadFile("stderr")
	switch text := expand(ts, args[0]); {
	case err == nil:
		ts.Fatalf("this should be refused: %s", ts.ReadFile("stdout"))
	case !strings.Contains(stderr, "is forbidden: ValidatingAdmissionPolicy 'kuniq-"):
		ts.Fatalf("this is refused for another reason: %s", stderr)
	case !strings.Contains(stderr, text):
		ts.Fatalf("the message is not %q: %s", text, stderr)
	}
	ts.Setenv("REFUSAL", stderr)
}

func read(ts *testscript.TestScript, object []string, path string) string {
	ts.Check(kubectl(ts, append([]string{"get", "-o", "jsonpath={" + path + "}"}, object...)))
	return ts.ReadFile("stdout")
}

// uidOf keeps the uid of an object in a variable: uid KIND NAME [VARIABLE]
func uidOf(ts *testscript.TestScript, _ bool, args []string) {
	name := "UID"
	if len(args) > 2 {
		name = args[2]
	}
	ts.Setenv(name, read(ts, args[:2], ".metadata.uid"))
}

// keep keeps what kubectl prints in a variable: variable NAME ARGUMENT...
func keep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(kubectl(ts, args[1:]))
	ts.Setenv(args[0], ts.ReadFile("stdout"))
}

// sameUID checks that an object was not deleted and created: same-uid KIND NAME
func sameUID(ts *testscript.TestScript, _ bool, args []string) {
	if is := read(ts, args, ".metadata.uid"); is != ts.Getenv("UID") {
		ts.Fatalf("the object is another one: %s, was %s", is, ts.Getenv("UID"))
	}
}

var (
	printedCommand = regexp.MustCompile(`kubectl (annotate .*kuniq\.dev/\S+=\S+)`)
	printedLine    = regexp.MustCompile(`kuniq\.dev/(take|retarget)-from: "[^"]*"`)
)

// acknowledge runs the command that the last refusal has printed.
func acknowledge(ts *testscript.TestScript, _ bool, _ []string) {
	command := printedCommand.FindStringSubmatch(ts.Getenv("REFUSAL"))
	if command == nil {
		ts.Fatalf("the refusal prints no command: %s", ts.Getenv("REFUSAL"))
	}
	ts.Check(ts.Exec("kubectl", strings.Fields(command[1])...))
}

// acknowledgeIn puts the line that the last refusal has printed among the annotations
// of a file: acknowledge-in FILE
func acknowledgeIn(ts *testscript.TestScript, _ bool, args []string) {
	line := printedLine.FindString(ts.Getenv("REFUSAL"))
	if line == "" {
		ts.Fatalf("the refusal prints no line: %s", ts.Getenv("REFUSAL"))
	}
	file := ts.MkAbs(args[0])
	text := strings.Replace(ts.ReadFile(file), "  annotations:\n", "  annotations:\n    "+line+"\n", 1)
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
}

// acknowledgeDelete acknowledges a deletion: acknowledge-delete KIND NAME [-n NAMESPACE]
func acknowledgeDelete(ts *testscript.TestScript, _ bool, args []string) {
	uid := read(ts, args, ".metadata.uid")
	ts.Check(kubectl(ts, append([]string{"annotate", "--overwrite"}, append(args, "kuniq.dev/allow-delete="+uid)...)))
}

// absent waits until an object is not there: gone KIND NAME [-n NAMESPACE]
func absent(ts *testscript.TestScript, _ bool, args []string) {
	poll(ts, func() bool {
		return kubectl(ts, append([]string{"get"}, args...)) != nil && strings.Contains(ts.ReadFile("stderr"), "NotFound")
	})
}

// eventually waits until kubectl prints something: eventually REGEXP ARGUMENT...
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	want := regexp.MustCompile(args[0])
	poll(ts, func() bool { return kubectl(ts, args[1:]) == nil && want.MatchString(ts.ReadFile("stdout")) })
}

func poll(ts *testscript.TestScript, is func() bool) {
	wait, err := time.ParseDuration(ts.Getenv("PATIENCE"))
	ts.Check(err)
	for end := time.Now().Add(wait); !is(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("it does not come about: %s%s", ts.ReadFile("stdout"), ts.ReadFile("stderr"))
		}
	}
}

// sleep waits for what should not come about: sleep SECONDS
func sleep(ts *testscript.TestScript, _ bool, args []string) {
	seconds, err := strconv.Atoi(args[0])
	ts.Check(err)
	time.Sleep(time.Duration(seconds) * time.Second)
}
