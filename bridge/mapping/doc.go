// Package mapping compiles the rules of a job and turns source rows into the
// attributes a directory entry should have.
//
// It is pure: rows and an instant go in, attributes, notes and faults come out.
// The language of the rules is CEL (cel.dev), type-checked when a job is saved,
// bounded in length, cost and time when it runs.
package mapping
