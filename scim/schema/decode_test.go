package schema_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/scim/schema"
)

func TestABodyThatCouldBeReadInTwoWaysIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"nothing":                     {"", "the body is empty"},
		"only blanks":                 {" \n", "the body is empty"},
		"no JSON":                     {"{userName}", "not valid JSON at byte"},
		"cut off":                     {`{"a":`, "not valid JSON"},
		"cut off in a list":           {`[1,`, "not valid JSON"},
		"a comma too many":            {`{"a":1,}`, "not valid JSON"},
		"a comma too few":             {`[1 2]`, "not valid JSON"},
		"a key that is no string":     {`{1:2}`, "not valid JSON"},
		"a bare word":                 {`{"a":True}`, "not valid JSON"},
		"not a number":                {`{"a":NaN}`, "not valid JSON"},
		"a second document":           {`{} {}`, "more after the JSON document"},
		"garbage after it":            {`{}x`, "more after the JSON document"},
		"a closing brace after it":    {`{}}`, "more after the JSON document"},
		"a byte order mark":           {"\xef\xbb\xbf{}", "byte order mark"},
		"a key twice":                 {`{"a":1,"a":2}`, `the key "a" is given twice`},
		"a key twice by case":         {`{"userName":1,"USERNAME":2}`, "given twice"},
		"a key twice further down":    {`{"name":{"x":1,"X":2}}`, "given twice"},
		"a key twice by its escape":   {`{"a":1,"\u0061":2}`, "given twice"},
		"a key twice among many":      {manyKeys(40, `,"K3":0`), `the key "K3" is given twice`},
		"a first key twice by case":   {`{"A":1,` + manyKeys(40, `,"a":0`)[1:], `the key "a" is given twice`},
		"a late key twice among many": {manyKeys(40, `,"K39":0`), `the key "K39" is given twice`},
		"bytes that are not UTF-8":    {"{\"a\":\"\xff\"}", "UTF-8"},
		"half a surrogate pair":       {`{"a":"\ud83d"}`, "half a surrogate pair"},
		"the other half":              {`{"a":"x\ude00"}`, "half a surrogate pair"},
		"two first halves":            {`{"a":"\ud83d\ud83d\ude00"}`, "half a surrogate pair"},
		"NUL in a string":             {`{"a":"x\u0000y"}`, "NUL"},
		"NUL in a key":                {`{"x\u0000":1}`, "NUL"},
		"NUL as a byte":               {"{\"a\":\"\x00\"}", "not valid JSON"},
		"a number beyond all":         {`{"a":1e400}`, "out of range"},
		"33 levels":                   {strings.Repeat("[", 33) + strings.Repeat("]", 33), "deeper than 32 levels"},
		"a hundred thousand levels":   {strings.Repeat("[", 100_000), "deeper than 32 levels"},
		"a hundred thousand objects":  {strings.Repeat(`{"a":`, 100_000), "deeper than 32 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := schema.Decode([]byte(c.body))
			var e *schema.Error
			if !errors.As(err, &e) || e.Type != schema.InvalidSyntax || !strings.Contains(e.Error(), c.says) {
				t.Errorf("got %v, %v; want an error that says %q", got, err, c.says)
			}
		})
	}
}

func TestADocumentIsReadAsItIs(t *testing.T) {
	for body, want := range map[string]any{
		`null`:                       nil,
		` {"a":[],"b":{},"c":null} `: map[string]any{"a": []any{}, "b": map[string]any{}, "c": nil},
		`[1,1.0,1.5,1e2,-7,9223372036854775807,9223372036854775808]`: []any{
			int64(1), 1.0, 1.5, 100.0, int64(-7), int64(9223372036854775807), 9223372036854775808.0},
		`["\ud83d\ude00","\\ud83d","ä\u00e4\"/","😀"]`: []any{"😀", `\ud83d`, `ää"/`, "😀"},
		`[true,false]`: []any{true, false},
		strings.Repeat("[", 32) + strings.Repeat("]", 32): nested(32),
	} {
		got, err := schema.Decode([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if !reflect.DeepEqual(want, got) { // not cmp: its time doubles with each level
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}

// manyKeys is an object with keys k0, k1 and so on, and more at its end.
func manyKeys(n int, more string) string {
	var b strings.Builder
	b.WriteString(`{"k0":0`)
	for i := 1; i < n; i++ {
		b.WriteString(`,"k` + strconv.Itoa(i) + `":0`)
	}
	return b.String() + more + "}"
}

func nested(levels int) any {
	list := []any{}
	for range levels - 1 {
		list = []any{list}
	}
	return list
}

func TestManyKeysAreReadInTime(t *testing.T) {
	body := manyKeys(200_000, `,"userName":"a","schemas":["`+userURN+`"]`)
	start := time.Now()
	_, dropped, err := schema.User().Normalize([]byte(body))
	if err != nil || len(dropped) != 200_000 {
		t.Fatalf("%d dropped, %v", len(dropped), err)
	}
	if took := time.Since(start); took > 30*time.Second { // what is quadratic takes many minutes; a busy machine must not matter
		t.Errorf("it took %v", took)
	}
}

// FuzzDecode holds the decoder to encoding/json: what it takes is JSON, and
// means the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"x\u00e4",null,true,{}]}`, `[1 2]`, `{"a":1,"A":2}`, `"\ud83d\ude00"`, `{}x`, `"\ud800"`, "\xef\xbb\xbf1", `1e400`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := schema.Decode(body)
		if err != nil {
			var e *schema.Error
			if !errors.As(err, &e) || e.Message == "" {
				t.Fatalf("%q: %v", body, err)
			}
			if strings.Contains(e.Message, "not valid JSON") && json.Valid(body) {
				t.Fatalf("%q is JSON, yet: %v", body, err)
			}
			return
		}
		var want any
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%q was read as %v, but is no JSON: %v", body, got, err)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var same any
		if err := json.Unmarshal(again, &same); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want, same) {
			t.Fatalf("%q was read as %s", body, again)
		}
	})
}
