package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxDepth = 32

// Decode reads one JSON document as values of the package: string, bool, nil,
// int64 for a whole number, float64 for another, map[string]any and []any. It
// refuses, with an *[Error] of type invalidSyntax, what two readers could take
// for two things: text after the document, a key given twice in any case, bytes
// that are not UTF-8, halves of a surrogate pair, the character NUL, a byte
// order mark, numbers out of range, and more than 32 levels.
func Decode(body []byte) (any, error) {
	if err := readable(body); err != nil {
		return nil, err
	}
	d := decoder{json.NewDecoder(bytes.NewReader(body))}
	d.UseNumber()
	value, err := d.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, syntax("the body has more after the JSON document, which ends before byte %d", d.InputOffset())
	}
	return value, nil
}

// readable refuses bodies by their bytes alone.
func readable(body []byte) error {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return syntax("the body begins with a byte order mark; JSON is sent without one")
	case len(bytes.TrimSpace(body)) == 0:
		return syntax("the body is empty; a JSON document is wanted")
	case !utf8.Valid(body):
		return syntax("the body is not valid UTF-8")
	case halfPair(body):
		return syntax("the body has an escape of half a surrogate pair, which is no character")
	}
	return nil
}

// halfPair finds \ud800 to \udfff outside a pair; encoding/json would put
// another character in its place.
func halfPair(body []byte) bool {
	for i := 0; ; i += 2 {
		next := bytes.IndexByte(body[i:], '\\')
		if next < 0 || i+next+1 >= len(body) {
			return false
		}
		i += next
		switch high := unit(body[i:]); {
		case high >= 0xdc00 && high <= 0xdfff:
			return true
		case high >= 0xd800 && high <= 0xdbff:
			if low := unit(body[i+6:]); low < 0xdc00 || low > 0xdfff {
				return true
			}
			i += 10
		}
	}
}

// unit is the UTF-16 unit of an escape at the start of the text, 0 if there is
// none.
func unit(text []byte) uint64 {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0
	}
	u, err := strconv.ParseUint(string(text[2:6]), 16, 32)
	if err != nil {
		return 0 // the decoder refuses it
	}
	return u
}

type decoder struct{ *json.Decoder }

func (d decoder) value(depth int) (any, error) {
	token, err := d.next()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, syntax("the body is nested deeper than %d levels", maxDepth)
		}
		if v == '{' {
			return d.members(depth)
		}
		return d.list(depth)
	case json.Number:
		return number(v)
	case string:
		return v, clean(v)
	default:
		return v, nil
	}
}

func (d decoder) next() (json.Token, error) {
	token, err := d.Token()
	if err != nil {
		return nil, syntax("the body is not valid JSON at byte %d", d.InputOffset())
	}
	return token, nil
}

func (d decoder) list(depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.next()
	return list, err
}

func (d decoder) members(depth int) (any, error) {
	members := map[string]any{}
	folded := map[string]bool{}
	for d.More() {
		token, err := d.next()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, syntax("the body is not valid JSON at byte %d", d.InputOffset())
		}
		if err := clean(key); err != nil {
			return nil, err
		}
		fold := strings.ToLower(key)
		if folded[fold] {
			return nil, syntax("the key %q is given twice; keys that differ only in case are one", cut(key))
		}
		folded[fold] = true
		if members[key], err = d.value(depth + 1); err != nil {
			return nil, err
		}
	}
	_, err := d.next()
	return members, err
}

func number(n json.Number) (any, error) {
	if i, err := n.Int64(); err == nil {
		return i, nil
	}
	f, err := n.Float64()
	if err != nil {
		return nil, syntax("the number %s is out of range", cut(n.String()))
	}
	return f, nil
}

func clean(text string) error {
	if strings.IndexByte(text, 0) >= 0 {
		return syntax("the body has a string with the character NUL")
	}
	return nil
}
