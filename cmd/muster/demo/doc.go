// Package demo holds the people, the sources and the configuration of the
// demonstration: about 500 made-up people of many origins, of whom some 420 are
// employees in a SQLite database and 80 are partners in an Excel sheet.
//
// Everything is made by counting, so that each call gives the same people, and
// [People] is what a careful clerk would read from the sources: a test holds
// the directory against it without asking any mapping. The hard cases of real
// sources are in it on purpose (see hard.go), and from one [Day] to the next
// happens what [Story] tells.
//
// Nobody in it is real. Addresses are of example.com, and telephone numbers are
// of the ranges that the regulators keep free for films.
package demo
