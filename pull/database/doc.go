// Package database reads people and groups out of SQL databases.
//
// A [Source] reads in one read-only transaction per call, with a statement
// timeout, row by row. What differs between databases is a row of the table in
// dialect.go: how to connect without being able to write, how names are quoted,
// what the declared types mean, and what an error code means.
package database
