package schema

import (
	"bytes"
	"encoding/json"
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
//
// It reads by itself and not token by token with encoding/json, because every
// stored body is read by it when it is answered, and that is three times as fast.
func Decode(body []byte) (any, error) {
	if err := readable(body); err != nil {
		return nil, err
	}
	d := decoder{body: body}
	value, err := d.value(0)
	if err != nil {
		return nil, err
	}
	if d.blanks(); d.at < len(body) {
		return nil, syntax("the body has more after the JSON document, which ends before byte %d", d.at)
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

// decoder reads a document from where it is.
type decoder struct {
	body []byte
	at   int
}

func (d *decoder) value(depth int) (any, error) {
	switch d.peek() {
	case '{', '[':
		if depth == maxDepth {
			return nil, syntax("the body is nested deeper than %d levels", maxDepth)
		}
		if d.take('[') {
			return d.list(depth)
		}
		return d.members(depth)
	case '"':
		return d.text()
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		return d.number()
	}
}

func (d *decoder) fault() error {
	return syntax("the body is not valid JSON at byte %d", d.at)
}

func (d *decoder) blanks() {
	for d.at < len(d.body) && strings.IndexByte(" \t\r\n", d.body[d.at]) >= 0 {
		d.at++
	}
}

// peek returns the next byte that is no blank, 0 at the end.
func (d *decoder) peek() byte {
	if d.blanks(); d.at < len(d.body) {
		return d.body[d.at]
	}
	return 0
}

// take goes past the next byte if it is the one.
func (d *decoder) take(c byte) bool {
	if d.peek() != c {
		return false
	}
	d.at++
	return true
}

func (d *decoder) word(w string) error {
	if !bytes.HasPrefix(d.body[d.at:], []byte(w)) {
		return d.fault()
	}
	d.at += len(w)
	return nil
}

// list reads what follows a bracket.
func (d *decoder) list(depth int) (any, error) {
	list := []any{}
	for more := !d.take(']'); more; {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if more = d.take(','); !more && !d.take(']') {
			return nil, d.fault()
		}
	}
	return list, nil
}

// members reads an object.
func (d *decoder) members(depth int) (any, error) {
	d.take('{')
	members := map[string]any{}
	var seen keys
	for more := !d.take('}'); more; {
		if d.peek() != '"' {
			return nil, d.fault()
		}
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		if !seen.add(key) {
			return nil, syntax("the key %q is given twice; keys that differ only in case are one", cut(key))
		}
		if !d.take(':') {
			return nil, d.fault()
		}
		if members[key], err = d.value(depth + 1); err != nil {
			return nil, err
		}
		if more = d.take(','); !more && !d.take('}') {
			return nil, d.fault()
		}
	}
	return members, nil
}

// keys are those of one object. A few are compared one by one.
type keys struct {
	few  [16]string
	n    int
	many map[string]bool
}

// add says whether the key, in any case, is new.
func (k *keys) add(key string) bool {
	if k.n < len(k.few) {
		for _, was := range k.few[:k.n] {
			if strings.EqualFold(was, key) {
				return false
			}
		}
		k.few[k.n] = key
		k.n++
		return true
	}
	if k.many == nil {
		k.many = map[string]bool{}
		for _, was := range k.few {
			k.many[strings.ToLower(was)] = true
		}
	}
	fold := strings.ToLower(key)
	if k.many[fold] {
		return false
	}
	k.many[fold] = true
	return true
}

// text reads a string; one with escapes is left to encoding/json.
func (d *decoder) text() (string, error) {
	start, escaped := d.at, false
	for d.at++; d.at < len(d.body) && d.body[d.at] != '"'; d.at++ {
		switch {
		case d.body[d.at] == '\\':
			escaped = true
			d.at++
		case d.body[d.at] < ' ':
			return "", d.fault()
		}
	}
	if d.at >= len(d.body) {
		return "", d.fault()
	}
	d.at++
	if !escaped {
		return string(d.body[start+1 : d.at-1]), nil
	}
	var text string
	if err := json.Unmarshal(d.body[start:d.at], &text); err != nil {
		return "", d.fault()
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "", syntax("the body has a string with the character NUL")
	}
	return text, nil
}

func (d *decoder) number() (any, error) {
	start := d.at
	for d.at < len(d.body) && strings.IndexByte("+-.0123456789Ee", d.body[d.at]) >= 0 {
		d.at++
	}
	text := string(d.body[start:d.at])
	if !json.Valid(d.body[start:d.at]) {
		return nil, d.fault()
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, syntax("the number %s is out of range", cut(text))
	}
	return f, nil
}
