package schema

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

const (
	maxString = 64 << 10
	maxBinary = 1 << 20
)

// value normalises what stands at a place with an attribute; nil = unassigned.
func (n *normalizer) value(p Place, value any) (any, error) {
	if !p.Multi() {
		return n.single(p, value)
	}
	var list []any
	for _, item := range items(value) {
		v, err := n.single(p, item)
		if err != nil {
			return nil, err
		}
		if v != nil {
			list = append(list, v)
		}
	}
	if list = distinct(p.last(), list); len(list) == 0 {
		return nil, nil
	}
	return list, onePrimary(p, list)
}

// single normalises one value.
func (n *normalizer) single(p Place, value any) (any, error) {
	if value == nil || value == "" {
		return nil, nil
	}
	if p.Kind() == Complex {
		return n.complex(p, value)
	}
	return scalar(p, value)
}

func (n *normalizer) complex(p Place, value any) (any, error) {
	if list, ok := value.([]any); ok && !p.Multi() && len(list) <= 1 {
		if len(list) == 0 {
			return nil, nil
		}
		value = list[0]
	}
	if text, ok := value.(string); ok && named(p.Attribute.Sub, "value") != nil {
		value = map[string]any{"value": text}
	}
	sent, ok := value.(map[string]any)
	if !ok {
		return nil, refuse(p, value, "an object")
	}
	item := make(map[string]any, len(sent))
	emptied := false
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		sub := named(p.Attribute.Sub, key)
		if sub == nil {
			n.drop(p, ".", key)
			continue
		}
		at := Place{URN: p.URN, Attribute: p.Attribute, Sub: sub}
		if at.readOnly() {
			continue
		}
		v, err := n.value(at, sent[key])
		if err != nil {
			return nil, err
		}
		if v == nil {
			emptied = true
			continue
		}
		item[sub.Name] = v
	}
	if len(item) == 0 || emptied && hollow(item) {
		return nil, nil
	}
	return item, nil
}

// hollow says whether an item says only what kind of a value it would be.
func hollow(item map[string]any) bool {
	for name := range item {
		if name != "type" && name != "primary" && name != "$ref" {
			return false
		}
	}
	return true
}

// scalar normalises one value that is not complex.
func scalar(p Place, value any) (any, error) {
	switch p.Kind() {
	case Boolean:
		return truth(p, value)
	case Integer:
		return whole(p, value)
	case Decimal:
		switch v := value.(type) {
		case float64:
			return v, nil
		case int64:
			return float64(v), nil
		}
		return nil, refuse(p, value, "a number")
	}
	text, ok := value.(string)
	switch {
	case !ok:
		return nil, refuse(p, value, "a string")
	case p.Kind() == Binary:
		return binary(p, text)
	case len(text) > maxString:
		return nil, refuse(p, text, "at most 64 KiB long")
	case p.Kind() == DateTime:
		return instant(p, text)
	case p.last().Required && strings.TrimSpace(text) == "":
		return nil, refuse(p, text, "more than blanks")
	}
	return text, nil
}

func truth(p Place, value any) (any, error) {
	if b, ok := value.(bool); ok {
		return b, nil
	}
	if text, ok := value.(string); ok {
		if b, ok := boolean(text); ok {
			return b, nil
		}
	}
	return nil, refuse(p, value, "true or false")
}

// whole takes 1.0 for the integer that it is, as long as no digit can be lost.
func whole(p Place, value any) (any, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) <= 1<<53 {
			return int64(v), nil
		}
	}
	return nil, refuse(p, value, "an integer of at most 64 bits")
}

func instant(p Place, text string) (any, error) {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return nil, refuse(p, text, "a date and time with its zone, like 2026-11-24T03:00:00Z")
	}
	return text, nil
}

// binary completes the padding, which may be left out (RFC 7643, section 2.3.6).
func binary(p Place, text string) (any, error) {
	if len(text) > maxBinary {
		return nil, refuse(p, text, "at most 1 MiB long")
	}
	raw, err := base64.RawStdEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, refuse(p, text, "base64 as in RFC 4648, section 4")
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// distinct merges the items of a multi-valued attribute that are the same one:
// those of one value and type, and in a list of references those of one value.
// Items without a value are the same if they are equal as a whole.
func distinct(a *Attribute, list []any) []any {
	first := make(map[identity]map[string]any, len(list))
	references := named(a.Sub, "$ref") != nil
	return slices.DeleteFunc(list, func(v any) bool {
		item, _ := v.(map[string]any)
		id := identify(v, item, references)
		was, again := first[id]
		if !again {
			first[id] = item
		}
		for name, sub := range item {
			if _, ok := was[name]; again && !ok {
				was[name] = sub
			}
		}
		return again
	})
}

// identity tells the items of a multi-valued attribute apart.
type identity struct{ value, kind any }

func identify(v any, item map[string]any, reference bool) identity {
	switch value := item["value"].(type) {
	case nil:
	case []any, map[string]any: // only in extensions that declare it so
	default:
		if reference {
			return identity{value, nil}
		}
		if kind, ok := item["type"].(string); ok {
			return identity{value, kind}
		}
		return identity{value, nil}
	}
	if item == nil {
		return identity{v, nil}
	}
	text, err := json.Marshal(item) // keys are sorted
	if err != nil {
		return identity{&item, nil} // like no other; values of the package can all be written
	}
	return identity{string(text), Complex}
}

// onePrimary refuses a second primary item (RFC 7643, section 2.4).
func onePrimary(p Place, list []any) error {
	primary := named(p.last().Sub, "primary")
	if primary == nil {
		return nil
	}
	n := 0
	for _, v := range list {
		if item, ok := v.(map[string]any); ok && item["primary"] == true {
			n++
		}
	}
	if n > 1 {
		return refuse(Place{URN: p.URN, Attribute: p.Attribute, Sub: primary}, true, "true in one value at most")
	}
	return nil
}
