package patch

import (
	"errors"
	"slices"
	"strings"

	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

const (
	messageURN    = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	maxOperations = 1000
)

// Parse reads the body of a PATCH request (RFC 7644, section 3.5.2): one to
// 1000 operations on a resource of the type. Keys and ops may be in any case,
// unknown keys of an operation are ignored. The error is an *Error.
//
// It takes the shapes that clients really send:
//   - The value of an operation without a path, or with the URN of a schema as
//     its path, may have attributes, name.givenName, emails[type eq
//     "work"].value, urn:...:User:department and whole extensions as keys; id,
//     meta and schemas are ignored in it. Remove without a path takes such a value too.
//   - What schema normalises, as in a POST: booleans as strings, the manager as
//     a string or a list, members as strings.
//   - Replace with null, "" or nothing, also of a sub-attribute within a complex
//     value, unassigns; add of nothing changes nothing.
//   - Remove of a multi-valued attribute with a value removes just those items.
func Parse(body []byte, t *schema.Type) ([]Operation, error) {
	decoded, err := schema.Decode(body)
	if err != nil {
		return nil, explained(err)
	}
	requested, err := envelope(decoded)
	if err != nil {
		return nil, err
	}
	var operations []Operation
	for i, each := range requested {
		r, err := read(each)
		if err != nil {
			return nil, numbered(err, i+1)
		}
		expanded, err := r.expand(t)
		if err != nil {
			return nil, numbered(err, i+1)
		}
		for j := range expanded {
			expanded[j].Number = i + 1
		}
		operations = append(operations, expanded...)
	}
	return operations, nil
}

// envelope returns the operations of a message as they were sent.
func envelope(decoded any) ([]any, error) {
	message, ok := decoded.(map[string]any)
	if !ok {
		return nil, errorf(invalidSyntax, "the body must be one JSON object with schemas and Operations")
	}
	schemas, _ := field(message, "schemas")
	if urns, ok := schemas.([]any); !ok || !slices.ContainsFunc(urns, isMessage) {
		return nil, errorf(invalidSyntax, "schemas must be a list that names %s", messageURN)
	}
	sent, _ := field(message, "Operations")
	operations, ok := sent.([]any)
	switch {
	case !ok || len(operations) == 0:
		return nil, errorf(invalidSyntax, "Operations must be a list of one or more operations")
	case len(operations) > maxOperations:
		return nil, errorf(invalidValue, "Operations has %d operations; at most %d are taken at once", len(operations), maxOperations)
	}
	return operations, nil
}

func isMessage(urn any) bool {
	text, ok := urn.(string)
	return ok && strings.EqualFold(text, messageURN)
}

// request is one operation as the client states it.
type request struct {
	op    Op
	path  string
	value any
	given bool // there is a value, though it may be null
}

// read reads one operation.
func read(sent any) (request, error) {
	fields, ok := sent.(map[string]any)
	if !ok {
		return request{}, errorf(invalidSyntax, "an operation must be an object with op, path and value")
	}
	var r request
	op, _ := field(fields, "op")
	text, _ := op.(string)
	switch r.op = Op(strings.ToLower(text)); r.op {
	case Add, Replace, Remove:
	default:
		return request{}, errorf(invalidSyntax, "op must be add, replace or remove, not %s", shown(op))
	}
	path, given := field(fields, "path")
	if r.path, ok = path.(string); !ok && given && path != nil {
		return request{}, errorf(invalidPath, "path must be a string, not %s", shown(path))
	}
	r.value, r.given = field(fields, "value")
	return r, nil
}

// field returns the value of a key in any case; the decoder has seen to it that
// there is one at most.
func field(fields map[string]any, name string) (value any, given bool) {
	if value, given = fields[name]; given {
		return value, true
	}
	for key, value := range fields {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return nil, false
}

// numbered says in which operation of the request an error arose.
func numbered(err error, number int) error {
	var e *Error
	if errors.As(err, &e) {
		e.Operation = number
	}
	return err
}

// explained turns an error of schema or filter into one of ours.
func explained(err error) error {
	var (
		value *schema.Error
		path  *filter.Error
	)
	switch {
	case errors.As(err, &value):
		return &Error{Type: value.Type, Message: value.Message, Err: err}
	case errors.As(err, &path):
		return &Error{Type: path.Type, Message: path.Message, Err: err}
	}
	return err
}
