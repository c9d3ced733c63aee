package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-jsonnet"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
)

// jsonnetFlags are the flags of the jsonnet command, with their meanings, but
// for those about its output.
type jsonnetFlags struct {
	jpath    []string
	code     bool // the arguments are programs and no files
	maxStack int
	maxTrace int
	vars     []jsonnetVariable // in the order of the command line: the last of a name counts
}

// jsonnetVariable is an external variable or a top-level argument, as given.
type jsonnetVariable struct {
	kind variableKind
	text string
}

// variableKind is one of the flags that set variables. They differ in what the
// variable is for and in where its value comes from.
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
	flags.StringArrayVarP(&f.jpath, "jpath", "J", nil, "search imports here, too; the last one first (repeatable; also JSONNET_PATH)")
	flags.BoolVarP(&f.code, "exec", "e", false, "the arguments are code and not files")
	flags.IntVarP(&f.maxStack, "max-stack", "s", 500, "number of stack frames that a program may use")
	flags.IntVarP(&f.maxTrace, "max-trace", "t", 20, "number of lines that a stack trace may have; 0 is all")
	value(cmd, "jpath", "DIR", directories)
	value(cmd, "max-stack", "N", words())
	value(cmd, "max-trace", "N", words())
	for _, kind := range variableKinds {
		flags.VarP(&variableValue{kind, &f.vars}, kind.flag, kind.short, kind.usage+" (repeatable)")
		form := "NAME[=VALUE]"
		if kind.file {
			form = "NAME=FILE"
		}
		value(cmd, kind.flag, form, nil)
	}
}

// variableValue makes all flags that set variables write to one list.
type variableValue struct {
	kind variableKind
	vars *[]jsonnetVariable
}

// Set takes in one use of the flag.
func (v *variableValue) Set(s string) error {
	*v.vars = append(*v.vars, jsonnetVariable{v.kind, s})
	return nil
}

// String returns the default, which is nothing.
func (v *variableValue) String() string { return "" }

// Type names the values to cobra.
func (v *variableValue) Type() string { return "stringArray" }

// vm returns a virtual machine as the flags have it.
func (f *jsonnetFlags) vm() (*jsonnet.VM, error) {
	if f.maxStack < 1 {
		return nil, usagef("--max-stack %d: must be at least 1", f.maxStack)
	}
	if f.maxTrace < 0 {
		return nil, usagef("--max-trace %d: must not be negative", f.maxTrace)
	}
	vm := jsonnet.MakeVM()
	vm.MaxStack = f.maxStack
	vm.ErrorFormatter.SetMaxStackTraceSize(f.maxTrace)
	vm.Importer(&jsonnet.FileImporter{JPaths: f.searchPath()})
	for _, v := range f.vars {
		if err := v.set(vm); err != nil {
			return nil, err
		}
	}
	return vm, nil
}

// searchPath is where imports are searched, the last directory first. Of
// JSONNET_PATH the first one comes first.
func (f *jsonnetFlags) searchPath() []string {
	var path []string
	for _, dir := range filepath.SplitList(os.Getenv("JSONNET_PATH")) {
		path = append([]string{dir}, path...)
	}
	return append(path, f.jpath...)
}

// set sets the variable.
func (v jsonnetVariable) set(vm *jsonnet.VM) error {
	name, text, given := strings.Cut(v.text, "=")
	switch {
	case name == "":
		return usagef("--%s %s: no name", v.kind.flag, dupcheck.QuoteAlways(v.text))
	case v.kind.file && !given:
		return usagef("--%s %s is not of the form NAME=FILE", v.kind.flag, dupcheck.QuoteAlways(v.text))
	case !given:
		var ok bool
		if text, ok = os.LookupEnv(name); !ok {
			return usagef("--%s %s: there is no such environment variable", v.kind.flag, dupcheck.QuoteAlways(name))
		}
	}
	asCode := v.kind.code || v.kind.file
	if v.kind.file {
		keyword := "importstr"
		if v.kind.code {
			keyword = "import"
		}
		text = keyword + " @'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	switch {
	case v.kind.top && asCode:
		vm.TLACode(name, text)
	case v.kind.top:
		vm.TLAVar(name, text)
	case asCode:
		vm.ExtCode(name, text)
	default:
		vm.ExtVar(name, text)
	}
	return nil
}
