package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// stamped is the version of a release. Its builds set it with the linker's flag -X. "go
// install" with a version, and a build in a clone, leave it to debug.ReadBuildInfo.
var stamped string

// buildInfo is the program's information about its own build. Its JSON is a contract.
type buildInfo struct {
	Version  string `json:"version"` // or empty
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"` // there are changes on top of the revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// thisBuild reads the values that the linker and the go command have set.
func thisBuild() buildInfo {
	b := buildInfo{Version: stamped, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.Version == "" {
		b.Version = strings.TrimPrefix(info.Main.Version, "(devel)")
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// line is the output of "kuniq version".
func (b buildInfo) line() string {
	words := []string{"kuniq", "(devel)", b.Revision, b.Go}
	if b.Version != "" {
		words[1] = b.Version
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func versionCommand(c Command) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Long:              "version prints the version of kuniq, the revision it was built from if that is known, and the Go release.",
		Example:           "  kuniq version\n  kuniq version -o json",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			return writeVersion(c.Stdout, thisBuild(), format)
		},
	}
	choiceFlag(cmd, &format, "output,o", "FORMAT", []string{"text", "json"}, "format: text or json")
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

func writeVersion(w io.Writer, b buildInfo, format string) error {
	if format == "text" {
		fmt.Fprintln(w, b.line()) // Main sees a failure
		return nil
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(b)
}

// releaseName returns the version as other programs read it, or "".
func releaseName() string { return thisBuild().Version }
