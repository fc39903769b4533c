package mapping

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Function describes one function of the language, for the editor's search
// and for the documentation.
type Function struct {
	Name      string     `json:"name"`
	Signature string     `json:"signature"`
	Help      string     `json:"help"`
	Null      string     `json:"null"` // what it does with an empty value
	Entra     string     `json:"entra,omitempty"`
	Okta      string     `json:"okta,omitempty"`
	Excel     string     `json:"excel,omitempty"`
	Examples  [2]Example `json:"examples"`
}

// Example is an expression and the values it gives, joined with " | ". They
// are run as a test with the key "1001", the domain "example.com", the country
// DE, the zone Europe/Berlin and a table "departments" {"10": "Sales"}, on 2 March 2026, 9:30 UTC.
type Example struct {
	Expression string `json:"expression"`
	Want       string `json:"want"`
}

// Functions lists all functions in the order of their groups.
func Functions() []Function {
	all := allFunctions()
	list := make([]Function, len(all))
	for i, f := range all {
		list[i] = f.Function
	}
	return list
}

// function is a Function with what runs it.
type function struct {
	Function
	types string // overloads, see overload
	run   func(l *library, args []ref.Val) ref.Val
	text  func(l *library, s string) (string, error) // of a function from one text to one text, which is also a step
	fixed map[int]fixedText
	// hidden names a variable that the compiler adds as the last argument.
	hidden string
}

// fixedText checks an argument that must be written in quotes.
type fixedText func(l *library, text string) (message, hint string)

// library is what functions know of the job.
type library struct {
	zone     *time.Location
	country  string
	domain   string
	tables   map[string]map[string]string
	patterns *sync.Map // regular expressions by text
}

func newLibrary(spec Spec) *library {
	return &library{zone: zoneOf(spec), country: strings.ToUpper(spec.Country), domain: spec.Domain, tables: spec.Tables, patterns: &sync.Map{}}
}

func zoneOf(spec Spec) *time.Location {
	if spec.Zone == nil {
		return time.UTC
	}
	return spec.Zone
}

var allFunctions = sync.OnceValue(func() []*function {
	var all []*function
	for _, group := range [][]*function{textFunctions(), asciiFunctions(), choiceFunctions(), dateFunctions(), identityFunctions(), placeFunctions(), listFunctions(), numberFunctions()} {
		all = append(all, group...)
	}
	return all
})

var functionsByName = sync.OnceValue(func() map[string]*function {
	byName := make(map[string]*function)
	for _, f := range allFunctions() {
		byName[f.Name] = f
	}
	return byName
})

func functionNamed(name string) (*function, bool) {
	f, ok := functionsByName()[name]
	return f, ok
}

func functionNames() []string { return sortedKeys(functionsByName()) }

// ownNameOf finds what a function of Entra, Okta, Excel or CEL is called here.
func ownNameOf(foreign string) string {
	foreign = strings.ToLower(foreign)
	if own, ok := celNames[foreign]; ok {
		return own
	}
	for _, f := range allFunctions() {
		for _, names := range []string{f.Entra, f.Okta, f.Excel} {
			for _, name := range strings.Split(names, ",") {
				name = strings.ToLower(strings.TrimSpace(name))
				if name == foreign || strings.HasSuffix(name, "."+foreign) {
					return f.Name
				}
			}
		}
	}
	return ""
}

// celNames are functions of CEL itself, in lower case, that ours replace.
var celNames = map[string]string{"substring": "mid", "lowerascii": "lower", "upperascii": "upper", "matches": "regex_match",
	"string": "text", "double": "number", "timestamp": "date", "indexof": "position", "charat": "mid", "duration": "add_days"}

// step is one named text function of a rule.
type step struct {
	name string
	run  func(l *library, s string) (string, error)
}

// Steps lists the functions that a rule can name as a step.
func Steps() []string {
	var names []string
	for _, f := range allFunctions() {
		if f.text != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

func stepNamed(name string) (func(*library, string) (string, error), bool) {
	f, ok := functionNamed(name)
	if !ok || f.text == nil {
		return nil, false
	}
	return f.text, true
}

// declaration declares the function for the type checker and binds it. One
// binding serves all overloads, so that a NULL reaches us instead of failing.
func (f *function) declaration(l *library) cel.EnvOption {
	var options []cel.FunctionOpt
	for _, overload := range strings.Fields(f.types) {
		args, result, repeated := overloadTypes(overload)
		for n := 0; n <= repeated; n++ {
			id := fmt.Sprintf("%s_%d", f.Name, len(options))
			if strings.HasPrefix(overload, ".") {
				options = append(options, cel.MemberOverload(id, args, result))
			} else {
				options = append(options, cel.Overload(id, args, result))
			}
			if repeated > 0 {
				args = append(append([]*cel.Type(nil), args...), args[len(args)-1])
			}
		}
	}
	options = append(options, cel.SingletonFunctionBinding(func(args ...ref.Val) ref.Val { return f.call(l, args) }))
	return cel.Function(f.Name, options...)
}

func (f *function) call(l *library, args []ref.Val) ref.Val {
	if f.text == nil {
		return f.run(l, args)
	}
	s, err := f.text(l, txt(args[0]))
	if err != nil {
		return types.WrapErr(err)
	}
	return limited(s)
}

// overloadTypes reads one overload: letters of arguments, a colon, the result.
// A + after the last argument allows up to ten of it, a dot in front makes it
// a call behind a dot.
func overloadTypes(text string) (args []*cel.Type, result *cel.Type, repeated int) {
	given, gives, _ := strings.Cut(strings.TrimPrefix(text, "."), ":")
	if strings.HasSuffix(given, "+") {
		given, repeated = strings.TrimSuffix(given, "+"), 9
	}
	for _, letter := range given {
		args = append(args, typeLetters[letter])
	}
	return args, typeLetters[rune(gives[0])], repeated
}

var typeLetters = map[rune]*cel.Type{
	's': cel.StringType,
	'i': cel.NullableType(cel.IntType), 'I': cel.IntType,
	'n': cel.NullableType(cel.DoubleType), 'N': cel.DoubleType,
	'b': cel.NullableType(cel.BoolType), 'B': cel.BoolType,
	'd': cel.TimestampType,
	'l': cel.ListType(cel.StringType),
	'T': cel.TypeParamType("T"), 'U': cel.TypeParamType("U"),
	't': cel.ListType(cel.TypeParamType("T")),
	'm': cel.MapType(cel.TypeParamType("T"), cel.TypeParamType("U")),
	'C': candidatesType, 'R': referencesType, 'G': generateType,
}

// fail is the error of a function about a value it cannot use.
func fail(message, value string) ref.Val {
	return types.WrapErr(&valueError{message: message, value: value})
}

func failHint(message, value, hint string) ref.Val {
	return types.WrapErr(&valueError{message: message, value: value, hint: hint})
}

// limited refuses a text that has grown beyond reason.
func limited(s string) ref.Val {
	if len(s) > maxResult {
		return types.WrapErr(errTooLong)
	}
	return types.String(s)
}

// txt is an argument as text: "" for NULL.
func txt(v ref.Val) string {
	s, _ := v.(types.String)
	return string(s)
}

// whole is an argument as a whole number and whether there is one.
func whole(v ref.Val) (int64, bool) {
	n, ok := v.(types.Int)
	return int64(n), ok
}

// count is an argument as a count of characters or items: zero for NULL, and
// never so large that sums overflow.
func count(v ref.Val) int {
	n, _ := whole(v)
	return int(max(min(n, 1_000_000), -1_000_000))
}

// instant is an argument as a time and whether there is one.
func instant(v ref.Val) (time.Time, bool) {
	t, ok := v.(types.Timestamp)
	return t.Time, ok
}
