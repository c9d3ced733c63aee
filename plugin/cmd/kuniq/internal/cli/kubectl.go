package cli

import (
	"regexp"

	"github.com/spf13/cobra"
)

// kubectlName is the name under which kubectl runs kuniq: "kubectl kuniq" looks for it
// on the PATH.
const kubectlName = "kubectl-kuniq"

// ownCall is the name of kuniq in the command lines of examples.
var ownCall = regexp.MustCompile(`(?m)(^ *|[|(] ?)kuniq `)

// asKubectl makes the help of all commands show how kubectl runs them.
func asKubectl(root *cobra.Command) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl kuniq"}
	all := []*cobra.Command{root}
	for len(all) > 0 {
		cmd := all[0]
		cmd.Example = ownCall.ReplaceAllString(cmd.Example, "${1}kubectl kuniq ")
		all = append(all[1:], cmd.Commands()...)
	}
}
