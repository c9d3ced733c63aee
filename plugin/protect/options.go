package protect

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

//go:embed data/options.tsv
var optionsTSV string

// syncOption is a row of data/options.tsv.
type syncOption struct {
	name         string
	values       []string
	where        string
	major, minor int
}

// syncOptions is the table. A row that does not parse is a bug.
var syncOptions = func() (all []syncOption) {
	for line := range strings.Lines(optionsTSV) {
		row := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(row) != 4 {
			continue
		}
		major, minor, _ := strings.Cut(row[3], ".")
		o := syncOption{name: row[0], values: strings.Split(row[1], ","), where: row[2]}
		o.major, _ = strconv.Atoi(major)
		o.minor, _ = strconv.Atoi(minor)
		all = append(all, o)
	}
	return all
}()

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
	var since *syncOption
	for i, o := range syncOptions {
		switch {
		case o.name == name && slices.Contains(o.values, value):
			since = &syncOptions[i]
		case o.name == name:
			values = append(values, o.values...)
		case strings.EqualFold(o.name, name) && !slices.Contains(known, o.name):
			known = append(known, o.name)
		}
	}
	switch {
	case since != nil && since.where == "app" && where != "app":
		return quoted + " is ignored: it is an option of Applications"
	case since != nil && v.Before(since.major, since.minor):
		return fmt.Sprintf("%s is ignored: Argo CD knows it since %d.%d", quoted, since.major, since.minor)
	case since != nil && since.where == "both" && where == "app" && (name == "Prune" || name == "Delete") && v.Before(3, 4):
		return quoted + " is ignored: Argo CD knows it for a whole Application since 3.4"
	case since != nil:
		return ""
	case len(values) > 0:
		return fmt.Sprintf("%s is ignored: the value is one of %s, and its case counts", quoted, strings.Join(values, ", "))
	case len(known) > 0:
		return fmt.Sprintf("%s is ignored: it is written %s", quoted, known[0])
	}
	return quoted + " is ignored: there is no such option"
}
