// Package store remembers what Muster knows: links, intents and results,
// plans and runs, the last records, the definitions of destinations, sources
// and jobs, and an audit that shows when somebody changed it.
//
// A [Store] is one SQLite file with one write handle and a pool of readers. Any
// number of processes may open it; only the one that holds the working lock
// ([Store.Lock]) applies plans. Lists are read page by page, so that no reader
// stays open while the caller thinks.
//
//	plan ── SavePlan ──► Approve ──► Begin ──► Intend ─► (directory) ─► Conclude ──► Finish
//	                                             │                         │
//	                                   claim, reservations     result, link, mark, audit line
//
// What clients push is kept with its outcome: the record as JSON, a row for each
// of its terms, by which it is found and sorted, and for each member of a group.
//
//	push ──── Intend ─► (directory) ─► Conclude        Keep, when the directory is not concerned
//	            │                         │
//	  claim, names, quota     record, terms, members
//
// Work that many callers write at once shares a commit. [Store.Select] turns
// a filter into a set of records where an index helps, and otherwise looks at
// each; pages go on where the last one ended.
//
// SQL is written once, with question marks, for SQLite and PostgreSQL alike;
// what differs between the two is in dialect.go and migrations.
package store
