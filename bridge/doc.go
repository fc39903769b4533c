// Package bridge is the hub of Muster: it plans what has to change in a
// directory so that it agrees with a source, and applies exactly that.
//
// A [Record] states one person or group as its source has it. A [Connection]
// turns it, through its mapping, into the [Entry] it should become. The
// [Planner] holds a [Reader] and nothing to write with; what it thinks of is a
// [Plan]: data that can be shown, stored, hashed, approved and applied later.
// The [Applier] does the [Change]s of one Plan, writes its intent into the
// [Journal] before the directory is touched and the outcome after, and returns
// a [Run].
//
//	Records ──► Planner ──► Plan ──► Applier ──► Run
//	              │                     │
//	            Reader, Memory     Destination, Journal
//
// bridge knows no attribute name. What a destination means by disabled,
// protected, unique or the same it says through its [Reader] and [Template].
package bridge
