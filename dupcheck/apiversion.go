package dupcheck

import (
	"fmt"
	"strings"
)

// parseAPIVersion splits apiVersion into group and version. It refuses more
// than one slash and an empty version; "/v1" is "v1" (accepted by kubectl and
// kube-apiserver 1.37.2, measured as V04).
func parseAPIVersion(s string) (gv groupVersion, ok bool) {
	group, version, slash := strings.Cut(s, "/")
	if !slash {
		group, version = "", s
	}
	if version == "" || strings.Contains(version, "/") {
		return groupVersion{}, false
	}
	return groupVersion{Group: group, Version: version}, true
}

// doubt says why no API server is likely to know a type, and which one was probably
// meant. It returns nothing for a plausible type. The identity does not change: a
// misspelt type is another type.
func (f *facts) doubt(apiVersion string, gv groupVersion, gk GroupKind) (why, advice string) {
	if _, ok := f.builtin[gk]; ok {
		return f.doubtVersion(apiVersion, gv, gk)
	}
	if meant, ok := f.meant(gk); ok {
		return fmt.Sprintf("no API server knows kind %s in %s", QuoteBrief(gk.Kind), groupName(gk.Group)),
			fmt.Sprintf("write kind %s in %s", QuoteAlways(meant.Kind), groupName(meant.Group))
	}
	switch {
	case strings.EqualFold(gk.Group, "core"):
		return "there is no group " + QuoteBrief(gk.Group), `write apiVersion "v1" for the core group`
	case gk.Group != "" && (nameRow{dot: true, long64: true}).problem(gk.Group) != "":
		return fmt.Sprintf("no API server has a group like %s", QuoteBrief(gk.Group)),
			"a group is made of lower-case letters, digits, \"-\" and \".\""
	case gk.Group != "" && (nameRow{}).problem(gv.Version) != "":
		return fmt.Sprintf("no API server has a version like %s", QuoteBrief(gv.Version)),
			"a version is made of lower-case letters, digits and \"-\""
	case strings.TrimSpace(gk.Kind) != gk.Kind:
		return fmt.Sprintf("kind %s has blanks around it", QuoteBrief(gk.Kind)), "remove the blanks"
	}
	return "", ""
}

// doubtVersion looks at the version of a built-in type. Which versions a
// server has depends on its release; the form is always the same.
func (f *facts) doubtVersion(apiVersion string, gv groupVersion, gk GroupKind) (why, advice string) {
	if isVersion(gv.Version) && (gv.Group != "" || gv.Version == "v1") {
		return "", ""
	}
	why = fmt.Sprintf("no API server knows kind %s in apiVersion %s", QuoteBrief(gk.Kind), QuoteBrief(apiVersion))
	meant := strings.ToLower(strings.TrimSpace(gv.Version))
	switch {
	case gv.Group == "":
		advice = `write apiVersion "v1"`
	case isVersion(meant):
		advice = "write apiVersion " + QuoteAlways(gv.Group+"/"+meant)
	default:
		advice = "write a version of " + groupName(gv.Group)
	}
	return why, advice
}

// isVersion reports whether a string looks like a version of Kubernetes' own types: v1,
// v2beta1, v1alpha3.
func isVersion(s string) bool {
	major, ok := strings.CutPrefix(s, "v")
	if !ok {
		return false
	}
	for _, stage := range []string{"alpha", "beta"} {
		if before, minor, ok := strings.Cut(major, stage); ok {
			return isNumber(before) && isNumber(minor)
		}
	}
	return isNumber(major)
}

func isNumber(s string) bool {
	return s != "" && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// meant returns the built-in type that was probably meant by one that is not built in:
// core/v1, Apps/v1, kind configmap, blanks around either, or a kind that exists in only
// one other group, such as a Deployment in the core group.
func (f *facts) meant(gk GroupKind) (GroupKind, bool) {
	guess := GroupKind{Group: strings.TrimSpace(gk.Group), Kind: strings.TrimSpace(gk.Kind)}
	if strings.EqualFold(guess.Group, "core") {
		guess.Group = ""
	}
	if t, ok := f.folded[foldType(guess)]; ok {
		return t, true
	}
	if gk.Group != "" {
		return GroupKind{}, false
	}
	t, ok := f.elsewhere[gk.Kind]
	return t, ok
}

func foldType(gk GroupKind) string {
	return strings.ToLower(gk.Group + "/" + gk.Kind)
}

func typeName(gk GroupKind) string {
	return ID{Group: Brief(gk.Group), Kind: Brief(gk.Kind)}.typeName()
}

func groupName(group string) string {
	if group == "" {
		return "the core group (apiVersion v1)"
	}
	return "group " + QuoteBrief(group)
}
