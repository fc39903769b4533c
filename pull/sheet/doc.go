// Package sheet reads people and groups out of Excel workbooks (.xlsx) and
// delimited text (.csv, .tsv).
//
// Both are read row by row: a [grid] yields the raw values of one row after
// another, the first row with something in it (or the one the job names) is the
// header, and [pull.Shape] turns the rest into Records. Columns are text unless
// the job gives them a type, so that a column does not change its type with the
// rows that happen to be in it.
//
// A workbook is read from its XML directly: a library that yields cells as
// strings has already lost whether a cell is a date, an error or a formula
// without a result, and one that keeps them holds the sheet in memory.
package sheet
