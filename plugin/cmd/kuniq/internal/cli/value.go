package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// value says what stands for the value of a flag in its help, and how a shell
// completes it: as the name of a file if complete is nil. pflag would take the
// former from backquotes in the usage text, which completion then shows.
func value(cmd *cobra.Command, flag, name string, complete cobra.CompletionFunc) {
	f := cmd.Flags().Lookup(flag)
	if list, ok := f.Value.(pflag.SliceValue); ok {
		f.Value = namedList{named{f.Value, name, complete}, list}
		f.DefValue = "" // an empty list is not worth mentioning
	} else {
		f.Value = named{f.Value, name, complete}
	}
}

// named is a value with a type of that name.
type named struct {
	pflag.Value
	name     string
	complete cobra.CompletionFunc
}

func (n named) completion() cobra.CompletionFunc { return n.complete }

// registerCompletions tells cobra how the values of flags are completed. It keeps
// that for good, in a variable of its own, so that it is told only where it is
// going to ask.
func registerCompletions(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		v, ok := f.Value.(interface{ completion() cobra.CompletionFunc })
		if !ok || v.completion() == nil {
			return
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, v.completion()); err != nil {
			panic(err) // it was here before
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
