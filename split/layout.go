package split

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/kuniq/kuniq/dupcheck"
)

// Layout decides the names of files. The zero value is the flat layout:
//
//	v1.Service-shop.web.yaml
//	apps-v1.Deployment-shop.web.yaml
//	v1.Namespace-shop.yaml
//	rbac.authorization.k8s.io-v1.ClusterRole-system%3Anode.yaml
//	batch-v1.Job-shop.migrate-~1f0c9a3e.yaml         (generateName: migrate-)
//
// Every byte outside of A-Z, a-z, 0-9, "." , "_" and "-" is percent-escaped. So is a dot
// in a namespace, so that the first dot ends the namespace.
type Layout struct {
	name string
	// custom makes the names of a template. It is a function, so that the packages for
	// templates are not in a program that never calls ParseLayout.
	custom func(*Subject) (string, error)
}

// The layouts by name. Every layout except the first is that of another tool, so that a
// repository need not be renamed.
const (
	layoutFlat       = "flat"
	layoutKubecfg    = "kubecfg"
	layoutKpt        = "kpt"
	layoutNamespaces = "namespaces"
)

// LayoutNames returns the names that LayoutNamed and ParseLayout know.
func LayoutNames() []string {
	return []string{layoutFlat, layoutKubecfg, layoutKpt, layoutNamespaces}
}

// LayoutNamed returns the layout of a name, and false if there is none. Names are
//
//   - flat, the default;
//   - kubecfg, byte for byte the names of "kubecfg show --export-dir"
//     (github.com/kubecfg/kubecfg pkg/kubecfg/show.go, DefaultFileNameFormat);
//   - kpt, "shop/service_web" (kyaml kioutil.CreatePathAnnotationValue);
//   - namespaces, "shop/v1.Service-web", with objects without a namespace at the top.
func LayoutNamed(name string) (layout Layout, ok bool) {
	switch name {
	case "", layoutFlat:
		return Layout{}, true
	case layoutKubecfg, layoutKpt, layoutNamespaces:
		return Layout{name: name}, true
	}
	return Layout{}, false
}

// ParseLayout returns the layout of a name, as [LayoutNamed] does, or one made of a Go
// template if s has double braces.
//
// A template gets the object as in its manifest, the functions of every Go template, and
// those of functions, which may be nil. Each of these must depend only on its arguments,
// or the names change from run to run. A slash in the template makes a directory; a slash
// in a value becomes "-".
func ParseLayout(s string, functions template.FuncMap) (Layout, error) {
	if layout, ok := LayoutNamed(s); ok {
		return layout, nil
	}
	if !strings.Contains(s, "{{") {
		return Layout{}, fmt.Errorf("unknown layout %s: use %s, or a Go template", dupcheck.QuoteAlways(s), strings.Join(LayoutNames(), ", "))
	}
	t, err := template.New("layout").Funcs(functions).Parse(s)
	if err != nil {
		return Layout{}, fmt.Errorf("the layout is not a template: %w", err)
	}
	for _, part := range t.Templates() {
		if part.Tree != nil {
			maskSlashes(part.Root)
		}
	}
	return Layout{custom: func(s *Subject) (string, error) { return execute(t, s) }}, nil
}

// longest returns how many bytes a file name may have.
func (l Layout) longest() int {
	if l.name == layoutKubecfg {
		return 255 // as long as file systems allow, for kubecfg cuts nothing
	}
	return 240
}

// stem returns a file name without its extension.
func (l Layout) stem(s *Subject) (string, error) {
	switch {
	case l.custom != nil:
		return l.custom(s)
	case l.name == layoutKubecfg:
		return kubecfgName(s), nil
	case l.name == layoutKpt:
		return safePath(namespaceDir(s.Namespace), escape(strings.ToLower(s.Kind))+"_"+nameOf(s)), nil
	case l.name == layoutNamespaces:
		return safePath(namespaceDir(s.ID.Namespace), typePart(s)+"-"+nameOf(s)), nil
	}
	stem := typePart(s) + "-"
	if s.ID.Namespace != "" {
		stem += strings.ReplaceAll(escape(s.ID.Namespace), ".", "%2E") + "."
	}
	return safePath("", stem+nameOf(s)), nil
}

// typePart is the apiVersion and kind, "apps-v1.Deployment".
func typePart(s *Subject) string {
	if s.Kind == "" {
		return "document"
	}
	version := strings.Split(strings.TrimPrefix(s.APIVersion, "/"), "/")
	for i, part := range version {
		version[i] = escape(part)
	}
	return strings.Join(version, "-") + "." + escape(s.Kind)
}

// nameOf is the name, or what stands for it.
func nameOf(s *Subject) string {
	switch {
	case s.Name != "":
		return escape(s.Name)
	case s.GenerateName != "":
		return escape(s.GenerateName) + "~" + s.hash()[:shortHash]
	}
	return "~" + s.hash()[:shortHash]
}

// unmarked returns the stem to which a hash is added.
func (l Layout) unmarked(stem string, s *Subject) string {
	if s.Name == "" && l.name != layoutKubecfg {
		return strings.TrimSuffix(stem, "~"+s.hash()[:shortHash])
	}
	return stem
}

// kubecfgName returns the name of kubecfg's default format,
// {{.apiVersion}}.{{.kind}}-{{default "default" .metadata.namespace}}.{{.metadata.name}},
// in which a slash in a value becomes "-" and a missing name "<no value>".
func kubecfgName(s *Subject) string {
	namespace, name := s.Namespace, s.Name
	if namespace == "" {
		namespace = "default"
	}
	if name == "" {
		name = "<no value>"
	}
	return strings.ReplaceAll(s.APIVersion+"."+s.Kind+"-"+namespace+"."+name, "/", "-")
}

func namespaceDir(namespace string) string {
	return strings.ReplaceAll(escape(namespace), ".", "%2E")
}

// safePath joins a directory and a file name, and escapes what Windows does not accept in
// either.
func safePath(dir, file string) string {
	if dir == "" {
		return safeComponent(file)
	}
	return safeComponent(dir) + "/" + safeComponent(file)
}

// safeComponent escapes the special beginning or end of a path component: a leading dot
// hides it, Windows drops a trailing one, and reserves some names with any extension
// (learn.microsoft.com/windows/win32/fileio/naming-a-file).
func safeComponent(s string) string {
	if strings.HasPrefix(s, ".") {
		s = "%2E" + s[1:]
	}
	if strings.HasSuffix(s, ".") {
		s = s[:len(s)-1] + "%2E"
	}
	device, _, _ := strings.Cut(s, ".")
	if reserved(strings.ToUpper(device)) {
		s = fmt.Sprintf("%%%02X", s[0]) + s[1:]
	}
	return s
}

func reserved(device string) bool {
	switch device {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(device) == 4 && (strings.HasPrefix(device, "COM") || strings.HasPrefix(device, "LPT")) &&
		'0' <= device[3] && device[3] <= '9'
}

// escape percent-escapes every byte that some file system, shell or URL might
// not take as it is.
func escape(s string) string {
	if !strings.ContainsFunc(s, isEscaped) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isEscaped(rune(c)) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isEscaped(c rune) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '-':
		return false
	}
	return true
}

// The slash of a template is a directory and the slash of a value is not. As
// Tanka and kubecfg do, the ones of the template are hidden behind a character
// that no value has while it is executed.
const hiddenSlash = "\x07"

// maskSlashes hides the slashes outside of actions.
func maskSlashes(nodes ...parse.Node) {
	for _, node := range nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			n.Text = bytes.ReplaceAll(n.Text, []byte("/"), []byte(hiddenSlash))
		case *parse.ListNode:
			if n != nil { // or else there is no else
				maskSlashes(n.Nodes...)
			}
		case *parse.IfNode:
			maskSlashes(n.List, n.ElseList)
		case *parse.RangeNode:
			maskSlashes(n.List, n.ElseList)
		case *parse.WithNode:
			maskSlashes(n.List, n.ElseList)
		}
	}
}

var errNoValue = errors.New("the layout uses a field that the object does not have")

// execute runs the template of a layout.
func execute(layout *template.Template, s *Subject) (string, error) {
	if s.Value == nil {
		return "", errNoValue
	}
	value, err := s.Value()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, value); err != nil {
		return "", fmt.Errorf("the layout cannot be applied: %w", err)
	}
	text := b.String()
	if strings.Contains(text, "<no value>") {
		return "", errNoValue
	}
	text = strings.ReplaceAll(text, "/", "-")
	var components []string
	for _, c := range strings.Split(text, hiddenSlash) {
		if c == "" {
			return "", errors.New("the layout gives it an empty name")
		}
		components = append(components, safeComponent(escape(c)))
	}
	return strings.Join(components, "/"), nil
}
