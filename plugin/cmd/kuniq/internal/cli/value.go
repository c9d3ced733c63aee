package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kuniq/kuniq/dupcheck"
)

// textFlag adds a flag "NAME" or "NAME,LETTER" with a text, which already holds its default.
// form and complete are those of value.
func textFlag(cmd *cobra.Command, to *string, name, form string, complete cobra.CompletionFunc, usage string) {
	name, letter, _ := strings.Cut(name, ",")
	cmd.Flags().StringVarP(to, name, letter, *to, usage)
	value(cmd, name, form, complete)
}

// listFlag adds a flag like textFlag that can be repeated.
func listFlag(cmd *cobra.Command, to *[]string, name, form string, complete cobra.CompletionFunc, usage string) {
	name, letter, _ := strings.Cut(name, ",")
	cmd.Flags().StringArrayVarP(to, name, letter, nil, usage)
	value(cmd, name, form, complete)
}

// choiceFlag adds a flag like textFlag for one of several words. The first one is the
// default.
func choiceFlag(cmd *cobra.Command, to *string, name, form string, choices []string, usage string) {
	name, letter, _ := strings.Cut(name, ",")
	*to = choices[0]
	cmd.Flags().VarP(choice{to, name, choices}, name, letter, usage)
	value(cmd, name, form, words(choices...))
}

// choice is the value of a flag that takes one of several words.
type choice struct {
	to      *string
	flag    string
	choices []string
}

// Set refuses other words.
func (v choice) Set(s string) error {
	*v.to = s
	return oneOf("--"+v.flag, s, v.choices)
}

// String returns the word.
func (v choice) String() string { return *v.to }

// Type names the values to cobra.
func (v choice) Type() string { return "string" }

func oneOf(flag, value string, allowed []string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return usagef("%s %s: use %s", flag, dupcheck.QuoteAlways(value), listOf(allowed))
}

// value sets the placeholder for the value of a flag in its help, and how a shell completes
// it: as the name of a file if complete is nil. pflag would take the placeholder from
// backquotes in the usage text, and completion would then show these.
func value(cmd *cobra.Command, flag, name string, complete cobra.CompletionFunc) {
	f := cmd.Flags().Lookup(flag)
	if list, ok := f.Value.(pflag.SliceValue); ok {
		f.Value = namedList{named{f.Value, name, complete}, list}
		f.DefValue = "" // an empty list is not worth mentioning
	} else {
		f.Value = named{f.Value, name, complete}
	}
}

// named is a value with a type of this name.
type named struct {
	pflag.Value
	name     string
	complete cobra.CompletionFunc
}

func (n named) completion() cobra.CompletionFunc { return n.complete }

// registerCompletions tells cobra how to complete the values of flags. Cobra keeps that for
// good, in a global variable, so it is told only if it is going to ask.
func registerCompletions(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		v, ok := f.Value.(interface{ completion() cobra.CompletionFunc })
		if !ok || v.completion() == nil {
			return
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, v.completion()); err != nil {
			panic(err) // it has been here already
		}
	})
	for _, sub := range cmd.Commands() {
		registerCompletions(sub)
	}
}

func (n named) Type() string { return n.name }

// namedList is the value of a repeatable flag.
type namedList struct {
	named
	pflag.SliceValue
}
