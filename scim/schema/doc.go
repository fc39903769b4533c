// Package schema knows the resource types of SCIM: which attributes there are,
// of which kind, who may write them and when they are returned (RFC 7643).
//
// A resource in memory is a map as encoding/json makes it, in the schema's own
// spelling: attributes of the core schema by name, those of an extension in a
// map under its URN. Values are string, bool, int64, float64, map[string]any
// and []any.
package schema
