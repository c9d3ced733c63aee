package cli

import (
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// jsonnetFlags are the parsed flags of the jsonnet command, except for those about its
// output.
type jsonnetFlags struct {
	jpath    []string
	code     bool // the arguments are programs and no files
	maxStack int
	maxTrace int
	vars     []jsonnetVariable // in the order of the command line: the last of a name counts
	jsonnetLimits
}

// jsonnetLimits are the flags that limit programs.
type jsonnetLimits struct {
	anyFile bool
	timeout time.Duration
}

func (f *jsonnetLimits) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.anyFile, "any-file", false, "let programs read any file, not only in the checkout and -J")
	registerTimeout(cmd, &f.timeout, "time limit for evaluating one program")
}

func registerTimeout(cmd *cobra.Command, to *time.Duration, usage string) {
	cmd.Flags().DurationVar(to, "timeout", render.DefaultTimeout, usage)
	value(cmd, "timeout", "DURATION", words())
}

// jsonnetVariable is an external variable or a top-level argument, as given.
type jsonnetVariable struct {
	kind variableKind
	text string
}

// parse returns what the flag sets.
func (v jsonnetVariable) parse() (evaluate.Variable, error) {
	out, err := evaluate.ParseVariable(v.text, render.Variable{Top: v.kind.top, Code: v.kind.code}, v.kind.file, os.LookupEnv)
	if err != nil {
		err = usagef("--%s %w", v.kind.flag, err)
	}
	return out, err
}

// variableKind is one of the flags that set variables. They differ in the use of the
// variable and in the source of its value.
type variableKind struct {
	flag, short, usage string
	top, code, file    bool
}

var variableKinds = []variableKind{
	{flag: "ext-str", short: "V", usage: "external variable; without =VALUE from the environment"},
	{flag: "ext-str-file", usage: "external variable whose string is in a file", file: true},
	{flag: "ext-code", usage: "external variable as code", code: true},
	{flag: "ext-code-file", usage: "external variable whose code is in a file", code: true, file: true},
	{flag: "tla-str", short: "A", usage: "top-level argument; without =VALUE from the environment", top: true},
	{flag: "tla-str-file", usage: "top-level argument whose string is in a file", top: true, file: true},
	{flag: "tla-code", usage: "top-level argument as code", top: true, code: true},
	{flag: "tla-code-file", usage: "top-level argument whose code is in a file", top: true, code: true, file: true},
}

func (f *jsonnetFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	listFlag(cmd, &f.jpath, "jpath,J", "DIR", directories, "search imports here, too; the last one first (repeatable; also JSONNET_PATH)")
	flags.BoolVarP(&f.code, "exec", "e", false, "the arguments are code and not files")
	flags.IntVarP(&f.maxStack, "max-stack", "s", 500, "number of stack frames that a program may use")
	flags.IntVarP(&f.maxTrace, "max-trace", "t", 20, "number of lines that a stack trace may have; 0 is all")
	f.jsonnetLimits.register(cmd)
	value(cmd, "max-stack", "N", words())
	value(cmd, "max-trace", "N", words())
	for _, kind := range variableKinds {
		kind.register(cmd, &f.vars, "")
	}
}

func (k variableKind) register(cmd *cobra.Command, vars *[]jsonnetVariable, what string) {
	form := "NAME[=VALUE]"
	if k.file {
		form = "NAME=FILE"
	}
	cmd.Flags().VarP(&variableValue{k, vars}, k.flag, k.short, what+k.usage+" (repeatable)")
	value(cmd, k.flag, form, nil)
}

// variableValue makes all flags that set variables write to one list.
type variableValue struct {
	kind variableKind
	vars *[]jsonnetVariable
}

// Set adds one use of the flag.
func (v *variableValue) Set(s string) error {
	*v.vars = append(*v.vars, jsonnetVariable{v.kind, s})
	return nil
}

// String returns the default, which is empty.
func (v *variableValue) String() string { return "" }

// Type names the values to cobra.
func (v *variableValue) Type() string { return "stringArray" }

// validate refuses values before the command reads anything.
func (f *jsonnetFlags) validate() error {
	switch {
	case f.maxStack < 1:
		return usagef("--max-stack %d: must be at least 1", f.maxStack)
	case f.maxTrace < 0:
		return usagef("--max-trace %d: must not be negative", f.maxTrace)
	case f.timeout <= 0:
		return usagef("--timeout %v: must be positive", f.timeout)
	}
	return nil
}

// searchPath lists the directories for imports. The last one is searched first, and of those
// in JSONNET_PATH the first one.
func (f *jsonnetFlags) searchPath() []string {
	var path []string
	for _, dir := range filepath.SplitList(os.Getenv("JSONNET_PATH")) {
		path = append([]string{dir}, path...)
	}
	return append(path, f.jpath...)
}
