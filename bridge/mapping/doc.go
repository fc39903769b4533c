// Package mapping compiles the rules of a job and turns source rows into the
// attributes a directory entry should have.
//
// It is pure: rows and an instant go in, attributes, notes and faults come out.
// The language of the rules is CEL (cel.dev), type-checked when a job is saved,
// bounded in length, cost and time when it runs.
//
//	Spec --Compile--> Mapping --Map(row, key, now)--> Result
//
// # Names
//
// A column whose name is an identifier is a variable; any other is
// col["Vorname (neu)"], checked when the job is saved. A field of the job is a
// variable too and hides a column of its name. now, today, key and domain are
// always there; a column of such a name is col["key"].
//
// # Empty values
//
// NULL text is "" and a NULL list has no values; isNull("COLUMN") tells them
// apart from an empty one. NULL in any other column stays NULL: x == null,
// has_value(x), isBlank(x), default(x, y) and first(x, y) take it, our
// functions give an empty result for it, a copy of it is empty, and an
// operator such as x + 1 or x > 1 makes a fault that says so.
//
// A fault in where, or a where that is NULL, does not exclude the row: that
// would look like a departure. Enabled that is NULL says nothing.
//
// # Times
//
// A time is an instant. A text without a zone is read in the zone of the job,
// and dates are shown, counted and compared as calendar days of that zone. A
// source therefore gives a date without a zone as midnight in the job's zone.
// Values are LDAP GeneralizedTime in UTC; text(x) and braces give ISO dates.
//
// # Steps, corrections, checks
//
// A rule's steps are applied to each value, then its text is composed to NFC,
// trimmed and squeezed with a note (references and exact rules are not), then
// cut, then checked. Messages of faults never hold a value; the value stands
// beside, masked for a sensitive rule.
//
// # Limits
//
// An expression has at most 4,000 characters and costs at most 100,000; one that
// loops runs at most 50 ms, and is tried once more when the clock stopped it, so
// that a busy machine makes no findings. The expressions of a row take at most
// 250 ms together. A function gives at most 100,000 bytes of text.
package mapping
