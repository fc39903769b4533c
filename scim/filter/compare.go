package filter

import (
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/scim/schema"
)

// compare orders two values of a place. It says false if they have no order: one
// is of another type than the place's.
func compare(p schema.Place, v, w any) (int, bool) {
	switch p.Kind() {
	case schema.Boolean:
		b, ok := truth(v)
		c, also := truth(w)
		return cmp.Compare(b, c), ok && also
	case schema.Integer, schema.Decimal:
		return compareNumbers(v, w)
	case schema.DateTime:
		at, ok := instant(v)
		other, also := instant(w)
		return at.Compare(other), ok && also
	}
	s, ok := v.(string)
	t, also := w.(string)
	if !ok || !also {
		return 0, false
	}
	if p.CaseExact() {
		return strings.Compare(s, t), true
	}
	return compareFolded(s, t), true
}

// truth returns a boolean as a number, false before true.
func truth(v any) (int, bool) {
	b, ok := v.(bool)
	if s, text := v.(string); text {
		b, ok = asBool(s)
	}
	if b {
		return 1, ok
	}
	return 0, ok
}

func instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		return asTime(v)
	}
	return time.Time{}, false
}

// compareNumbers orders integers exactly, also beyond what a float64 holds.
func compareNumbers(v, w any) (int, bool) {
	i, whole := v.(int64)
	j, also := w.(int64)
	if whole && also {
		return cmp.Compare(i, j), true
	}
	f, isFloat := v.(float64)
	g, otherIsFloat := w.(float64)
	if math.IsNaN(f) || math.IsNaN(g) {
		return 0, false
	}
	switch {
	case whole && otherIsFloat:
		return compareMixed(i, g), true
	case isFloat && also:
		return -compareMixed(j, f), true
	}
	return cmp.Compare(f, g), isFloat && otherIsFloat
}

func compareMixed(i int64, f float64) int {
	if j, ok := asInt(f); ok {
		return cmp.Compare(i, j)
	}
	return cmp.Compare(float64(i), f)
}

// plain returns a Go value as encoding/json would have it, with int64 for whole
// numbers. What has no such form stays as it is and equals nothing.
func plain(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int64, float64, map[string]any, []any, time.Time:
		return v
	case json.Number:
		return number(v)
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return nil
		}
		return plain(r.Elem().Interface())
	case reflect.String:
		return r.String()
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if i := int64(r.Uint()); i >= 0 {
			return i
		}
		return float64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.Map:
		return plainMap(r)
	}
	return v
}

func number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(n.String(), 64); err == nil {
		return f
	}
	return n.String()
}

func plainMap(r reflect.Value) any {
	if r.Type().Key().Kind() != reflect.String {
		return r.Interface()
	}
	m := make(map[string]any, r.Len())
	for entries := r.MapRange(); entries.Next(); {
		m[entries.Key().String()] = entries.Value().Interface()
	}
	return m
}
