package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
	"github.com/kuniq/kuniq/plugin/render/tanka"
)

// asJsonnetName is the name under which kuniq is a jsonnet command.
const asJsonnetName = "kuniq-jsonnet"

// asJsonnet is the command that runs under that name.
func asJsonnet(c Command) *cobra.Command {
	var f jsonnetFlags
	cmd := newCommand(asJsonnetName+" [flags] FILE", "Evaluate jsonnet as the jsonnet command does, and fail on duplicates", asJsonnetName, nil,
		func(ctx context.Context, args []string) error {
			if len(args) != 1 {
				return usagef("name one program")
			}
			return f.runAs(ctx, c, args[0])
		})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	f.register(cmd)
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

func (f *jsonnetFlags) runAs(ctx context.Context, c Command, arg string) error {
	rules, ignore, err := environmentFlags(&f.jsonnetLimits)
	if err != nil {
		return err
	}
	if rules.DefaultNamespace == "" {
		rules.DefaultNamespace = f.tankaNamespace()
	}
	result, err := f.evaluate(ctx, c, []string{arg}, evaluate.Request{Rules: rules, Lenient: true, Emit: evaluate.Text})
	switch {
	case exitOf(err).code == exitNoWork:
		return alsoOnStdout(c, err)
	case err != nil:
		return err
	}
	r, _ := result.Report.Without(ignore)
	if err := verdict(r, true); err != nil {
		both := io.MultiWriter(c.Stdout, c.Stderr)
		if err := (&reportFlags{outputs: outputs{formats: report.Formats()}, all: true}).write(c, both, r, report.Options{}); err != nil {
			return err
		}
		return err
	}
	// Nothing else may be printed: Tanka reads both streams as one.
	_, err = c.Stdout.Write(result.Output)
	return err
}

// alsoOnStdout prints a message where Tanka shows it.
func alsoOnStdout(c Command, err error) error {
	fmt.Fprintln(c.Stdout, message(err))
	return err
}

// environmentFlags are the rules from the environment, which can also change the limits.
func environmentFlags(limits *jsonnetLimits) (dupcheck.Rules, []dupcheck.Ignore, error) {
	var f ruleFlags
	cmd := &cobra.Command{}
	f.register(cmd)
	var own jsonnetLimits
	own.register(cmd)
	words, err := shellWords(os.Getenv("KUNIQ_FLAGS"))
	if err == nil {
		err = cmd.ParseFlags(words)
	}
	if err != nil {
		return dupcheck.Rules{}, nil, usagef("KUNIQ_FLAGS: %s", dupcheck.Quote(err.Error()))
	}
	limits.anyFile = limits.anyFile || own.anyFile
	if cmd.Flags().Changed("timeout") {
		limits.timeout = own.timeout
	}
	return f.parse()
}

// shellWord matches text between blanks, including text in single quotes.
var shellWord = regexp.MustCompile(`(?:'[^']*'|[^' \t\n])+`)

// shellWords splits a string at blanks, except inside of single quotes.
func shellWords(s string) ([]string, error) {
	if strings.Count(s, "'")%2 != 0 {
		return nil, fmt.Errorf("a quote that does not end")
	}
	words := shellWord.FindAllString(s, -1)
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "'", "")
	}
	return words, nil
}

// tankaNamespace returns the default namespace of the environment that Tanka passes to a
// program, or nothing if there is none.
func (f *jsonnetFlags) tankaNamespace() string {
	for _, v := range f.vars {
		if code, ok := strings.CutPrefix(v.text, tanka.Variable+"="); ok && v.kind.flag == "ext-code" {
			namespace, _ := tanka.Namespace([]byte(code))
			return namespace
		}
	}
	return ""
}
