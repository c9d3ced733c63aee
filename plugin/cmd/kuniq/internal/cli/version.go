package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(c Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Long:              "version prints the version of kuniq, the revision it was built from if that is known, and the Go release.",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintln(c.Stdout, cmd.Root().Version) // Main sees a failure
		},
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

// versionLine is what "kuniq version" prints.
func versionLine() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "kuniq, version unknown"
	}
	line := "kuniq " + released(info, "(devel)")
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			line += " " + s.Value
		}
	}
	return line + " " + info.GoVersion
}

// released returns the version of the module, or what to say in its place.
func released(info *debug.BuildInfo, otherwise string) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return otherwise
}

// releaseName is the version as other programs read it, or empty.
func releaseName() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return released(info, "")
}
