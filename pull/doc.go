// Package pull is the second door: it reads people and groups out of the
// places that keep them.
//
// A [Source] only reads. [Settings] say where it is, a [Selection] which rows
// a job wants, and Records streams them. The packages below know one kind of
// place each: pull/database the SQL databases, pull/sheet Excel and CSV files.
// A [Shape] turns their raw values into a [bridge.Record] in one way for all of
// them, and [Guarded] holds the rules that keep half a source from looking like
// a departure:
//
//   - an error ends the sequence, and then the read is not whole;
//   - no rows at all is an error;
//   - a row whose key cannot be read is a Record without a key and with a fault;
//   - a row that does not convert is a Record with faults: it counts as present.
package pull
