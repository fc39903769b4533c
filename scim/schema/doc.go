// Package schema knows the resource types of SCIM: which attributes there are,
// of which kind, who may write them and when they are returned (RFC 7643).
//
// A resource in memory is a map as encoding/json makes it, in the schema's own
// spelling: attributes of the core schema by name, those of an extension in a
// map under its URN. Values are string, bool, int64, float64, map[string]any
// and []any. What is unassigned is not there: there is no null, no "", and no
// empty list or map.
//
// [User], [Group], [Enterprise] and [Custom] make types and schemas.
// [Type.Locate] finds a [Place] by a path; [Type.Normalize] reads a body and
// [Type.NormalizeValue] a value at a place; [Type.Check] looks at the whole after
// a change; [Type.Projection] says what of it is in an answer.
//
// The definitions come from the library of the protocol; corrections.go lists
// what is changed in them, quirks.go what clients send that no RFC foresees. The
// library's validation looks at every resource once more in Check, when it is in
// normal form; it costs about 6 microseconds for a usual user. What it would
// refuse in a body as clients send it (booleans as text, a manager as text, the
// integer 1.0, base64 without padding) has its normal form by then.
//
// Where the RFCs leave a choice: a time needs a zone; canonicalValues are
// suggestions, and a reference is any text; base64 is that of RFC 4648, section
// 4, and is kept with its padding; text is limited to 64 KiB, a binary to 1 MiB;
// a list of references has each value once, any other list each pair of value
// and type.
package schema
