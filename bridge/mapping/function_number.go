package mapping

import (
	"math"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

func numberFunctions() []*function {
	return []*function{
		{Function: Function{Name: "int", Signature: "int(value)", Help: "A text or number as a whole number, rounded.", Null: nullNone,
			Okta: "Convert.toInt", Excel: "INT, GANZZAHL",
			Examples: examples(`int("0042")`, "42", `int(2.5)`, "3")}, types: "T:i", run: toInt},
		{Function: Function{Name: "number", Signature: "number(value)", Help: "A text as a number; 1.5 and 1,5 are the same.", Null: nullNone,
			Okta: "Convert.toNum", Excel: "VALUE, WERT, NUMBERVALUE, ZAHLENWERT",
			Examples: examples(`number("1,5")`, "1.5", `number("1.234,50")`, "1234.5")}, types: "T:n", run: toNumber},
		{Function: Function{Name: "round", Signature: "round(number[, places])", Help: "Rounded to a whole number, or to decimal places.", Null: nullNone,
			Excel:    "ROUND, RUNDEN",
			Examples: examples(`round(2.5)`, "3", `round(2.345, 2)`, "2.35")}, types: "n:i ni:n", run: roundNumber},
		{Function: Function{Name: "bool", Signature: "bool(value)", Help: "yes, ja, true, x, 1 and the like as yes; no, nein, false, 0 and the like as no.", Null: nullNone,
			Entra:    "CBool",
			Examples: examples(`bool("ja")`, "TRUE", `bool(0)`, "FALSE")}, types: "T:b", run: toBool},
		{Function: Function{Name: "bits_and", Signature: "bits_and(a, b)", Help: "The bits that both whole numbers have.", Null: nullNone,
			Entra: "BitAnd", Excel: "BITAND, BITUND",
			Examples: examples(`bits_and(514, 2)`, "2", `bits_and(512, 2)`, "0")}, types: "ii:i",
			run: func(_ *library, a []ref.Val) ref.Val {
				x, okX := whole(a[0])
				y, okY := whole(a[1])
				if !okX || !okY {
					return types.NullValue
				}
				return types.Int(x & y)
			}},
	}
}

func toInt(l *library, a []ref.Val) ref.Val {
	if n, ok := a[0].(types.Int); ok {
		return n
	}
	if s, err := strconv.ParseInt(trimText(txt(a[0])), 10, 64); err == nil {
		return types.Int(s)
	}
	v := toNumber(l, a)
	n, ok := v.(types.Double)
	if !ok {
		return v
	}
	return rounded(float64(n))
}

func rounded(f float64) ref.Val {
	f = math.Round(f)
	if f != f || f >= math.MaxInt64 || f <= math.MinInt64 {
		return fail("the number is too large", "")
	}
	return types.Int(int64(f))
}

func toNumber(_ *library, a []ref.Val) ref.Val {
	switch v := a[0].(type) {
	case types.Int:
		return types.Double(v)
	case types.Double, types.Null:
		return v
	case types.Bool:
		if v {
			return types.Double(1)
		}
		return types.Double(0)
	case types.String:
		return parseNumber(string(v))
	}
	return failHint("this cannot become a number", "", "give a text or a number")
}

func parseNumber(text string) ref.Val {
	s := noSpaces(text)
	if s == "" {
		return types.NullValue
	}
	if strings.LastIndex(s, ",") > strings.LastIndex(s, ".") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	} else {
		s = strings.ReplaceAll(s, ",", "")
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(s, "xX_") {
		return fail("the text is not a number", text)
	}
	return types.Double(f)
}

func roundNumber(_ *library, a []ref.Val) ref.Val {
	f, ok := a[0].(types.Double)
	if !ok {
		return a[0]
	}
	if len(a) == 1 {
		return rounded(float64(f))
	}
	places := max(min(count(a[1]), 12), 0)
	// Through the decimal text, because 2.345 has no exact binary form.
	scaled, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'f', -1, 64)+"e"+strconv.Itoa(places), 64)
	if err != nil {
		return fail("the number is too large", "")
	}
	return types.Double(math.Round(scaled) / math.Pow10(places))
}

var truths = map[string]bool{"true": true, "yes": true, "y": true, "ja": true, "j": true, "1": true, "x": true, "on": true, "oui": true, "wahr": true, "active": true, "aktiv": true,
	"false": false, "no": false, "n": false, "nein": false, "0": false, "off": false, "non": false, "falsch": false, "inactive": false, "inaktiv": false}

func toBool(_ *library, a []ref.Val) ref.Val {
	switch v := a[0].(type) {
	case types.Bool, types.Null:
		return v
	case types.Int:
		return types.Bool(v != 0)
	case types.Double:
		return types.Bool(v != 0)
	case types.String:
		s := strings.ToLower(trimText(string(v)))
		if s == "" {
			return types.NullValue
		}
		if yes, ok := truths[s]; ok {
			return types.Bool(yes)
		}
		return fail("the text is neither yes nor no", string(v))
	}
	return fail("this cannot become yes or no", "")
}

// plainText is what text(x) and braces give: a date in ISO form, a list joined.
func plainText(v ref.Val, l *library) string {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case types.Timestamp:
		t := v.In(l.zone)
		if t.Equal(l.midnight(t)) {
			return t.Format("2006-01-02")
		}
		return t.Format(time.RFC3339)
	}
	items := values(v)
	if len(items) == 1 && items[0] == v {
		return valueText(v)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = plainText(item, l)
	}
	return strings.Join(texts, ", ")
}
