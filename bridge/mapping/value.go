package mapping

import (
	"strconv"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// generalizedTime is the LDAP form of an instant (RFC 4517 section 3.3.13) as
// Active Directory writes it.
const generalizedTime = "20060102150405.0Z"

// rawTexts gives the texts of a column's value without going through CEL.
func (r *run) rawTexts(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return r.single(v)
	case int64:
		return r.single(strconv.FormatInt(v, 10))
	case float64:
		return r.single(numberText(v))
	case bool:
		return r.single(booleanText(v))
	case time.Time:
		return r.single(v.UTC().Format(generalizedTime))
	case []string:
		return append([]string(nil), v...) // the row keeps its own
	}
	return nil
}

// single makes a list of one text in the row's common store.
func (r *run) single(s string) []string {
	if s == "" {
		return nil
	}
	n := len(r.store)
	r.store = append(r.store, s)
	return r.store[n : n+1 : n+1]
}

func booleanText(v bool) string {
	if v {
		return "TRUE"
	}
	return "FALSE"
}

func numberText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// texts gives the texts of what an expression gave.
func (r *run) texts(v ref.Val) []string {
	if list, ok := v.(traits.Lister); ok {
		texts := make([]string, 0, listSize(list))
		for it := list.Iterator(); it.HasNext() == types.True; {
			if s := valueText(it.Next()); s != "" {
				texts = append(texts, s)
			}
		}
		return texts
	}
	return r.single(valueText(v))
}

func listSize(list traits.Lister) int {
	n, _ := list.Size().(types.Int)
	return int(n)
}

// valueText is the directory's text of a value, "" for NULL.
func valueText(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10)
	case types.Double:
		return numberText(float64(v))
	case types.Bool:
		return booleanText(bool(v))
	case types.Timestamp:
		return v.UTC().Format(generalizedTime)
	}
	return ""
}
