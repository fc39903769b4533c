package mapping

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

func choiceFunctions() []*function {
	return append(testFunctions(), []*function{
		{Function: Function{Name: "first", Signature: "first(a, b, ...)", Help: "The first value that is not empty.", Null: "empty values are passed over",
			Entra: "Coalesce", Okta: "firstValid", Excel: "IFS, WENNS",
			Examples: examples(`first("", " ", "c")`, "c", `first("a", "b")`, "a")}, types: "T+:T", run: firstPresent},
		{Function: Function{Name: "default", Signature: "default(value, other)", Help: "The value, or the other one when it is empty.", Null: "an empty value gives the other",
			Entra: "Coalesce, IgnoreFlowIfNullOrEmpty", Excel: "IFERROR, WENNFEHLER",
			Examples: examples(`default("", "none")`, "none", `default(7, 0)`, "7")}, types: "TT:T", run: firstPresent},
		{Function: Function{Name: "when", Signature: "when(condition, a, b)", Help: "a if the condition is yes, else b; the same as condition ? a : b.", Null: "an empty condition is no",
			Entra: "IIF", Excel: "IF, WENN",
			Examples: examples(`when(1 < 2, "yes", "no")`, "yes", `when(domain == "", "yes", "no")`, "no")}, types: "bTT:T",
			run: func(_ *library, a []ref.Val) ref.Val {
				if a[0] == types.True {
					return a[1]
				}
				return a[2]
			}},
		{Function: Function{Name: "choose", Signature: "choose(value, {key: result, ...}, default)", Help: "The result whose key is exactly the value, else the default.", Null: "an empty value gives the default",
			Entra: "Switch", Okta: "String.stringSwitch", Excel: "SWITCH, ERSTERWERT",
			Examples: examples(`choose("F", {"F": "Full time", "P": "Part time"}, "?")`, "Full time", `choose("", {"F": "Full time"}, "?")`, "?")},
			types: "TmU:U", run: chooseResult},
		{Function: Function{Name: "lookup", Signature: `lookup("table", key[, default])`, Help: "What the table says for the key; without a default a key that is missing is a finding.", Null: "an empty key gives the default, or an empty text",
			Entra: "Switch", Okta: "String.stringSwitch", Excel: "VLOOKUP, XLOOKUP, SVERWEIS, XVERWEIS",
			Examples: examples(`lookup("departments", "10")`, "Sales", `lookup("departments", "99", "Other")`, "Other")},
			types: "ss:s sss:s", fixed: map[int]fixedText{0: checkTable}, run: lookupTable},
		{Function: Function{Name: "in_list", Signature: "in_list(value, a, b, ...)", Help: "Whether the value is one of the others, or in a list.", Null: nullFalse,
			Excel:    "OR, ODER",
			Examples: examples(`in_list("DE", "DE", "AT", "CH")`, "TRUE", `in_list("", ["DE"])`, "FALSE")}, types: "ss+:B ii+:B Tt:B", run: inList},
	}...)
}

func testFunctions() []*function {
	blank := func(_ *library, a []ref.Val) ref.Val { return types.Bool(isBlank(a[0])) }
	some := func(_ *library, a []ref.Val) ref.Val { return types.Bool(!isBlank(a[0])) }
	return []*function{
		{Function: Function{Name: "isBlank", Signature: "isBlank(value)", Help: "Whether the value is NULL, an empty list, or a text with nothing but white space.", Null: "an empty value gives yes (true)",
			Entra: "IsNullOrEmpty", Okta: "Arrays.isEmpty", Excel: "ISBLANK, ISTLEER",
			Examples: examples(`isBlank("  ")`, "TRUE", `isBlank("a")`, "FALSE")}, types: "T:B", run: blank},
		{Function: Function{Name: "isPresent", Signature: "isPresent(value)", Help: "The opposite of isBlank.", Null: nullFalse,
			Entra: "IsPresent", Examples: examples(`isPresent("a")`, "TRUE", `isPresent([])`, "FALSE")}, types: "T:B", run: some},
		{Function: Function{Name: "has_value", Signature: "has_value(value)", Help: "The same as isPresent; reads well with dates and numbers.", Null: nullFalse,
			Entra: "IsPresent", Examples: examples(`has_value(today)`, "TRUE", `has_value(date(""))`, "FALSE")}, types: "T:B", run: some},
		{Function: Function{Name: "isNull", Signature: `isNull("COLUMN")`, Help: "Whether the source has NULL in the column, and not an empty text.", Null: "NULL gives yes (true)",
			Entra: "IsNull", Examples: examples(`isNull("EXIT")`, "TRUE", `isNull("GIVEN") ? "a" : "b"`, "b")}, types: "s:B", run: blank},
	}
}

// isBlank says whether there is nothing in a value.
func isBlank(v ref.Val) bool {
	switch v := v.(type) {
	case types.Null:
		return true
	case types.String:
		return strings.TrimSpace(string(v)) == ""
	case traits.Lister:
		return v.Size() == types.IntZero
	}
	return v == nil
}

func firstPresent(_ *library, a []ref.Val) ref.Val {
	for _, v := range a {
		if !isBlank(v) {
			return v
		}
	}
	return a[len(a)-1]
}

func chooseResult(_ *library, a []ref.Val) ref.Val {
	if table, ok := a[1].(traits.Mapper); ok {
		if v, found := table.Find(a[0]); found {
			return v
		}
	}
	return a[2]
}

func checkTable(l *library, name string) (string, string) {
	if _, ok := l.tables[name]; ok {
		return "", ""
	}
	return fmt.Sprintf("there is no lookup table %q", name), didYouMean(name, sortedKeys(l.tables))
}

func lookupTable(l *library, a []ref.Val) ref.Val {
	name, key := txt(a[0]), trimText(txt(a[1]))
	if v, ok := l.tables[name][key]; ok {
		return types.String(v)
	}
	if len(a) > 2 {
		return a[2]
	}
	if key == "" {
		return types.String("")
	}
	return failHint(fmt.Sprintf("the table %q has no such key", name), key, "add the key to the table, or give a default")
}

func inList(_ *library, a []ref.Val) ref.Val {
	for _, v := range a[1:] {
		if hasValue(values(v), a[0]) {
			return types.True
		}
	}
	return types.False
}
