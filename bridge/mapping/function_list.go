package mapping

import (
	"sort"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

const nullList = "an empty value is an empty list"

func listFunctions() []*function {
	return []*function{
		{Function: Function{Name: "item", Signature: "item(list, number)", Help: "The n-th text of a list, from 1, or from the end with -1; nothing if there is none.", Null: nullText,
			Entra: "Item", Okta: "Arrays.get", Excel: "INDEX",
			Examples: examples(`item(["a", "b"], 2)`, "b", `item(["a"], 5)`, "")}, types: "li:s",
			run: func(_ *library, a []ref.Val) ref.Val { return types.String(itemOf(listOf(a[0]), count(a[1]))) }},
		{Function: Function{Name: "count", Signature: "count(list)", Help: "The number of values that are not empty.", Null: "an empty value gives 0",
			Entra: "Count", Okta: "Arrays.size", Excel: "COUNTA, ANZAHL2",
			Examples: examples(`count(["a", "", "b"])`, "2", `count([])`, "0")}, types: "t:I",
			run: func(_ *library, a []ref.Val) ref.Val { return types.Int(len(present(values(a[0])))) }},
		{Function: Function{Name: "distinct", Signature: "distinct(list)", Help: "Each value once, in the order of the first.", Null: nullList,
			Entra: "RemoveDuplicates", Excel: "UNIQUE, EINDEUTIG",
			Examples: examples(`distinct(["b", "a", "b"])`, "b | a", `distinct([])`, "")}, types: "t:t", run: distinctValues},
		{Function: Function{Name: "sort", Signature: "sort(list)", Help: "The texts in the order of their characters.", Null: nullList,
			Excel:    "SORT, SORTIEREN",
			Examples: examples(`sort(["b", "a"])`, "a | b", `sort([])`, "")}, types: "l:l",
			run: func(_ *library, a []ref.Val) ref.Val {
				sorted := append([]string(nil), listOf(a[0])...)
				sort.Strings(sorted)
				return textList(sorted)
			}},
		{Function: Function{Name: "contains_item", Signature: "contains_item(list, value)", Help: "Whether the list has the value.", Null: nullFalse,
			Okta: "Arrays.contains", Excel: "COUNTIF, ZÄHLENWENN",
			Examples: examples(`contains_item(["a", "b"], "b")`, "TRUE", `contains_item([], "b")`, "FALSE")}, types: "tT:B",
			run: func(_ *library, a []ref.Val) ref.Val { return types.Bool(hasValue(values(a[0]), a[1])) }},
		{Function: Function{Name: "add", Signature: "add(list, value) or add(list, list)", Help: "The list with the value, or with the values of the other list, at its end.", Null: nullList,
			Okta:     "Arrays.add",
			Examples: examples(`add(["a"], "b")`, "a | b", `add(["a"], ["b", "c"])`, "a | b | c")}, types: "ls:l ll:l",
			run: func(_ *library, a []ref.Val) ref.Val {
				return valueList(append(append([]ref.Val(nil), values(a[0])...), present(values(a[1]))...))
			}},
		{Function: Function{Name: "remove", Signature: "remove(list, value)", Help: "The list without the value.", Null: nullList,
			Okta:     "Arrays.remove",
			Examples: examples(`remove(["a", "b", "a"], "a")`, "b", `remove(["a"], "x")`, "a")}, types: "tT:t",
			run: func(_ *library, a []ref.Val) ref.Val {
				var kept []ref.Val
				for _, v := range values(a[0]) {
					if v.Equal(a[1]) != types.True {
						kept = append(kept, v)
					}
				}
				return valueList(kept)
			}},
	}
}

// values are the items of a list; a value alone is a list of itself, NULL of none.
func values(v ref.Val) []ref.Val {
	list, ok := v.(traits.Lister)
	if !ok {
		if v == types.NullValue {
			return nil
		}
		return []ref.Val{v}
	}
	items := make([]ref.Val, 0, listSize(list))
	for it := list.Iterator(); it.HasNext() == types.True; {
		items = append(items, it.Next())
	}
	return items
}

// listOf are the texts of a list of texts or of a text.
func listOf(v ref.Val) []string {
	if s, ok := v.(types.String); ok {
		return []string{string(s)}
	}
	items := values(v)
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = txt(item)
	}
	return texts
}

func textList(texts []string) ref.Val { return types.NewStringList(types.DefaultTypeAdapter, texts) }
func valueList(items []ref.Val) ref.Val {
	return types.NewRefValList(types.DefaultTypeAdapter, items)
}

func present(items []ref.Val) []ref.Val {
	var kept []ref.Val
	for _, v := range items {
		if !isBlank(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

func hasValue(items []ref.Val, wanted ref.Val) bool {
	for _, v := range items {
		if v.Equal(wanted) == types.True {
			return true
		}
	}
	return false
}

func distinctValues(_ *library, a []ref.Val) ref.Val {
	seen := map[any]bool{}
	var kept []ref.Val
	for _, v := range values(a[0]) {
		id := any(valueText(v))
		if !seen[id] {
			seen[id] = true
			kept = append(kept, v)
		}
	}
	return valueList(kept)
}
