package sheet

import (
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// delimiters are the ones that are looked for.
var delimiters = []rune{';', ',', '\t', '|'}

// delimiter returns the one set, else the one that the line "sep=" names, else
// the only one that divides all of the first lines as it divides the header.
func (f *file) delimiter(start, sep string) (rune, error) {
	want := f.settings.Delimiter
	if want == "" {
		want = sep
	}
	switch {
	case want == "tab" || want == `\t`:
		return '\t', nil
	case want != "":
		list := []rune(want)
		if len(list) != 1 || strings.ContainsRune("\"\r\n\uFFFD", list[0]) {
			return 0, f.errorf(bridge.Invalid, "the delimiter %q is not one character; give one such as \";\", or tab", pull.Cut(want))
		}
		return list[0], nil
	}
	head, _, _ := strings.Cut(strings.TrimLeft(start, "\r\n"), "\n")
	var there, fit []rune
	for _, d := range delimiters {
		if n := divides(head, d); n > 1 {
			there = append(there, d)
			if even(start, d) {
				fit = append(fit, d)
			}
		}
	}
	switch {
	case len(there) == 0:
		return ',', nil // one column
	case len(there) == 1:
		return there[0], nil
	case len(fit) == 1:
		return fit[0], nil
	}
	names := make([]string, len(there))
	for i, d := range there {
		names[i] = string(d)
	}
	return 0, f.errorf(bridge.Invalid, "the delimiter could be any of %q, and is not guessed; set the delimiter of the source", names)
}

// divides says into how many fields the delimiter divides a line.
func divides(text string, d rune) int {
	first, err := reader(strings.NewReader(text), d).Read()
	if err != nil {
		return 0
	}
	return len(first)
}

// even says whether the delimiter divides all whole lines of the start alike.
func even(start string, d rune) bool {
	if end := strings.LastIndexByte(start, '\n'); end >= 0 {
		start = start[:end]
	}
	all, err := reader(strings.NewReader(start), d).ReadAll()
	return err == nil && !slices.ContainsFunc(all, func(record []string) bool { return len(record) != len(all[0]) })
}
