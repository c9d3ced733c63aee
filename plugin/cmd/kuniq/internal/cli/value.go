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
		f.Value = namedList{named{f.Value, name}, list}
		f.DefValue = "" // an empty list is not worth mentioning
	} else {
		f.Value = named{f.Value, name}
	}
	if complete == nil {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // the flag does not exist, or was here before
	}
}

// named is a value with a type of that name.
type named struct {
	pflag.Value
	name string
}

func (n named) Type() string { return n.name }

// namedList is the value of a repeatable flag.
type namedList struct {
	named
	pflag.SliceValue
}
