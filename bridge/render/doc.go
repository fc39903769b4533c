// Package render shows a Plan or a Run to people: as text for a terminal, as
// Markdown for a ticket, as CSV for a spreadsheet; and as JSON for programs.
//
// Every form streams: the changes of a plan are read one by one and never held
// together. No form shows the value of a sensitive attribute, nor a generated
// one, which no plan holds. Whatever comes from a source or a directory is
// taken for hostile: control characters, characters that turn the direction of
// writing and characters that cannot be seen are written as escapes, a cell
// that a spreadsheet would calculate is guarded, and nothing becomes markup.
package render
