package protect

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
	"github.com/kuniq/kuniq/plugin/deploy"
)

//go:embed data/options.tsv
var optionsTSV string

// syncOptions are the rows of data/options.tsv.
var syncOptions = tsv.Rows(optionsTSV)

// optionComplaint says why Argo CD ignores a sync option, or "" if it does not. where is
// "app" or "resource". Argo CD compares options byte by byte.
func optionComplaint(option, where string, v deploy.Version) string {
	quoted := dupcheck.QuoteAlways(option)
	name, value, assigned := strings.Cut(option, "=")
	switch {
	case where == "app" && strings.Contains(option, ","):
		return quoted + " is ignored: each item of the list is one option"
	case strings.ContainsAny(option, ";[]\"'\n") || !assigned:
		return quoted + " is ignored: options are NAME=VALUE, separated by commas"
	case strings.ContainsAny(option, " \t"):
		return quoted + " is ignored: no blanks are allowed in it"
	}
	var known, values []string
	var row map[string]string
	for _, o := range syncOptions {
		of := strings.Split(o["values"], ",")
		switch {
		case o["option"] == name && slices.Contains(of, value):
			row = o
		case o["option"] == name:
			values = append(values, of...)
		case strings.EqualFold(o["option"], name) && !slices.Contains(known, o["option"]):
			known = append(known, o["option"])
		}
	}
	var major, minor int
	_, _ = fmt.Sscanf(row["since"], "%d.%d", &major, &minor) // a row is well-formed, or there is none
	switch {
	case row["where"] == "app" && where != "app":
		return quoted + " is ignored: it is an option of Applications"
	case row != nil && v.Before(major, minor):
		return fmt.Sprintf("%s is ignored: Argo CD knows it since %s", quoted, row["since"])
	case row["where"] == "both" && where == "app" && (name == "Prune" || name == "Delete") && v.Before(3, 4):
		return quoted + " is ignored: Argo CD knows it for a whole Application since 3.4"
	case row != nil:
		return ""
	case len(values) > 0:
		return fmt.Sprintf("%s is ignored: the value is one of %s, and its case counts", quoted, strings.Join(values, ", "))
	case len(known) > 0:
		return fmt.Sprintf("%s is ignored: it is written %s", quoted, known[0])
	}
	return quoted + " is ignored: there is no such option"
}
