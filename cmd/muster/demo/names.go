package demo

import (
	_ "embed"
	"strings"
)

//go:embed names.tsv
var namesTSV string

// origin is where names come from.
type origin struct {
	name   string
	given  []string
	family []string
}

// origins reads the table of names.
func origins() []origin {
	var out []origin
	for line := range strings.Lines(namesTSV) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) != 3 {
			continue
		}
		out = append(out, origin{fields[0], strings.Split(fields[1], "|"), strings.Split(fields[2], "|")})
	}
	return out
}

// nameOf returns the names of the n-th person. Steps of a number that shares no
// factor with the number of pairs meet every pair once before any comes again.
func nameOf(all []origin, n int) (from, given, family string) {
	const step = 389
	const each = 10 // given names, and family names, of an origin
	pair := n * step % (len(all) * each * each)
	o := all[pair%len(all)]
	pair /= len(all)
	return o.name, o.given[pair%each], o.family[pair/each]
}
