package conformance

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// The URNs of the standards.
const (
	UserURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	GroupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	EnterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	ListURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	ErrorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
	PatchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	SearchURN     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	BulkURN       = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
)

// Attrs are the attributes of a resource, as they stand in JSON. A nil value is
// sent as null.
type Attrs map[string]any

// Op is one operation of a PATCH request. An empty Path and a nil Value are
// left out; json.RawMessage("null") sends null.
type Op struct {
	Op    string `json:"op"`
	Path  string `json:"path,omitempty"`
	Value any    `json:"value,omitempty"`
}

// Ops is the body of a PATCH request.
func Ops(ops ...Op) Attrs { return Attrs{"schemas": []string{PatchURN}, "Operations": ops} }

// lookup finds a value in decoded JSON. A path names attributes separated by
// dots, an element by its place or by a sub-attribute, and an extension by its
// URN: "name.givenName", "emails.0.value", "emails[type=work].value",
// UserURN+".title". Names are compared without regard to case, because
// attribute names of SCIM are (RFC 7643 section 2.1).
func lookup(v any, path string) (any, bool) {
	if path == "" {
		return v, true
	}
	switch node := v.(type) {
	case map[string]any:
		return lookupIn(node, path)
	case []any:
		return lookupElement(node, path)
	}
	return nil, false
}

// lookupIn takes the longest name that fits, because URNs contain dots; of two
// that differ in case, the one that is spelled as the path.
func lookupIn(node map[string]any, path string) (any, bool) {
	name := ""
	for key := range node {
		fits := len(key) <= len(path) && strings.EqualFold(key, path[:len(key)]) && (len(key) == len(path) || path[len(key)] == '.' || path[len(key)] == '[')
		if fits && (len(key) > len(name) || len(key) == len(name) && key == path[:len(key)]) {
			name = key
		}
	}
	if name == "" {
		return nil, false
	}
	return lookup(node[name], strings.TrimPrefix(path[len(name):], "."))
}

func lookupElement(list []any, path string) (any, bool) {
	if rest, ok := strings.CutPrefix(path, "["); ok {
		condition, rest, _ := strings.Cut(rest, "]")
		name, value, _ := strings.Cut(condition, "=")
		for _, element := range list {
			if got, ok := lookup(element, name); ok && got == value {
				return lookup(element, strings.TrimPrefix(rest, "."))
			}
		}
		return nil, false
	}
	place, rest, _ := strings.Cut(path, ".")
	i, err := strconv.Atoi(place)
	if err != nil || i < 0 || i >= len(list) {
		return nil, false
	}
	return lookup(list[i], rest)
}

// unassigned says whether a value is none: null or an empty list
// (RFC 7643 section 2.5).
func unassigned(v any) bool {
	list, isList := v.([]any)
	return v == nil || isList && len(list) == 0
}

// same compares a decoded value with any Go value, by their JSON.
func same(got, want any) bool {
	text, err := json.Marshal(want)
	if err != nil {
		return false
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return false
	}
	return reflect.DeepEqual(got, plain)
}

// show is a value as JSON, cut if it is long.
func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "a value that is no JSON: " + err.Error()
	}
	return cut(string(text), 300)
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return s[:most] + "... (" + strconv.Itoa(len(s)) + " bytes)"
}
