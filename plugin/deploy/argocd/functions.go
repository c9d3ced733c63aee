package argocd

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// refused are functions of sprig that Argo CD has and that cost much, give
// another result each time, or would tell something about this machine.
var refused = []string{
	"env", "expandenv", "getHostByName", "genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert",
	"genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "buildCustomCert", "derivePassword",
	"bcrypt", "htpasswd", "encryptAES", "decryptAES", "randAlphaNum", "randAlpha", "randAscii", "randNumeric",
	"randBytes", "randInt", "shuffle", "uuidv4", "now", "ago", "date", "date_in_zone", "dateInZone",
	"date_modify", "dateModify", "must_date_modify", "mustDateModify", "htmlDate", "htmlDateInZone", "slugify",
}

// mostArgument is the size limit of the arguments of one call. With functions that
// multiply two of them, such as replace, this bounds the memory of a call.
const mostArgument = 8 << 10

// allFunctions returns the functions of Argo CD's templates, each of which is metered.
func (r renderer) allFunctions() template.FuncMap {
	all := template.FuncMap{}
	for name, f := range sprig.TxtFuncMap() {
		all[name] = r.metered(f)
	}
	for _, name := range refused {
		all[name] = func(...any) (string, error) {
			return "", unexpandable{"a template calls a function that kuniq does not run"}
		}
	}
	for name, f := range map[string]any{
		"normalize": sanitized, "repeat": repeat, "indent": indent,
		"nindent": func(n int, s string) (string, error) { s, err := indent(n, s); return "\n" + s, err },
		"until":   func(n int) ([]int, error) { return sequence(0, n, 1) }, "untilStep": sequence,
		"seq":   func(...int) (string, error) { return "", errTooMuch },
		"print": fmt.Sprint, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper, "printf": printf,
		"toYaml": func(v any) (string, error) {
			b, err := yaml.Marshal(v)
			return strings.TrimSuffix(string(b), "\n"), err
		},
		"fromYaml":      func(s string) (out map[string]any, err error) { err = yaml.Unmarshal([]byte(s), &out); return out, err },
		"fromYamlArray": func(s string) (out []any, err error) { err = yaml.Unmarshal([]byte(s), &out); return out, err },
	} {
		all[name] = r.metered(f)
	}
	all[tick] = func() (string, error) {
		if !r.spend(100) {
			return "", errTooMuch
		}
		return "", nil
	}
	return all
}

// metered returns the function with a limit for its arguments and its result.
func (r renderer) metered(f any) any {
	v := reflect.ValueOf(f)
	t := v.Type()
	in := make([]reflect.Type, t.NumIn())
	for i := range in {
		in[i] = t.In(i)
	}
	failing := reflect.TypeFor[error]()
	wrapped := reflect.FuncOf(in, []reflect.Type{t.Out(0), failing}, t.IsVariadic())
	return reflect.MakeFunc(wrapped, func(args []reflect.Value) (out []reflect.Value) {
		fail := func(err error) []reflect.Value {
			return []reflect.Value{reflect.Zero(t.Out(0)), reflect.ValueOf(&err).Elem()}
		}
		cost := 10
		for _, a := range args {
			cost += size(a, mostArgument)
		}
		if cost > mostArgument || !r.spend(cost) {
			return fail(errTooMuch)
		}
		defer func() {
			if p := recover(); p != nil { // as with a wrong type in sprig
				out = fail(errors.New("a function panics"))
			}
		}()
		var got []reflect.Value
		if t.IsVariadic() {
			got = v.CallSlice(args)
		} else {
			got = v.Call(args)
		}
		if len(got) == 2 && !got[1].IsNil() {
			if err, _ := got[1].Interface().(error); errors.Is(err, errTooMuch) {
				return fail(errTooMuch)
			}
			return fail(errors.New("a function fails"))
		}
		if n := size(got[0], mostText); n > mostText || !r.spend(n) {
			return fail(errTooMuch)
		}
		return []reflect.Value{got[0], reflect.Zero(failing)}
	}).Interface()
}

// size is about how much a value holds, counted until it is more than most: a
// value may hold itself.
func size(v reflect.Value, most int) (n int) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return 1
		}
		v = v.Elem()
		if n++; n > most {
			return n
		}
	}
	n++
	switch v.Kind() {
	case reflect.String:
		n += v.Len()
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && n <= most; i++ {
			n += size(v.Index(i), most-n)
		}
	case reflect.Map:
		for iter := v.MapRange(); n <= most && iter.Next(); {
			n += size(iter.Key(), most-n) + size(iter.Value(), most-n)
		}
	}
	return n
}

func repeat(n int, s string) (string, error) {
	if n < 0 || n > mostText || n*len(s) > mostText {
		return "", errTooMuch
	}
	return strings.Repeat(s, n), nil
}

func indent(n int, s string) (string, error) {
	if n < 0 || n > 1000 {
		return "", errTooMuch
	}
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

func sequence(from, to, step int) (out []int, err error) {
	if step == 0 {
		return nil, nil
	}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if out = append(out, i); len(out) > 10_000 {
			return nil, errTooMuch
		}
	}
	return out, nil
}

// wide is a verb with a width or precision beyond all use, or one
// that comes from the arguments.
var wide = regexp.MustCompile(`%[^a-zA-Z%]*(\d{4,}|\*)`)

func printf(format string, args ...any) (string, error) {
	if wide.MatchString(format) {
		return "", errTooMuch
	}
	return fmt.Sprintf(format, args...), nil
}
