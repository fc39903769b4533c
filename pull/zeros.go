package pull

import (
	"fmt"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// alike is how many keys of one length make a shorter one suspicious.
const alike = 100

// zeros watches for keys whose leading zeros a spreadsheet took away: once keys
// of digits have leading zeros, each shorter one without is doubtful; and when
// the first hundred have one length, the first shorter one is.
type zeros struct {
	column string
	seen   bool // a record, and with it the columns
	off    bool // the keys are numbers, which have no zeros to lose
	width  int  // the length of the longest key with a leading zero
	same   int  // the one length of the keys so far, 0 = none yet, -1 = several
	count  int  // how many keys of digits there were
	said   bool // the doubt that rests on lengths alone is told once
}

func (z *zeros) look(r *bridge.Record) {
	if !z.seen {
		z.seen, z.off = true, isInteger(r.Row.Columns, z.column)
	}
	if z.off || !allDigits(r.Key) {
		return
	}
	n := len(r.Key)
	switch {
	case r.Key[0] == '0':
		z.width = max(z.width, n)
	case n < z.width:
		z.doubt(r, fmt.Sprintf("other keys have leading zeros and %d digits, this one has %d and none", z.width, n))
	case z.same > n && z.count >= alike && !z.said:
		z.said = true
		z.doubt(r, fmt.Sprintf("the %d keys before have %d digits, this one has %d", z.count, z.same, n))
	}
	z.count++
	switch z.same {
	case 0, n:
		z.same = n
	default:
		z.same = -1
	}
}

func (z *zeros) doubt(r *bridge.Record, why string) {
	r.Findings = append(r.Findings, bridge.Finding{Severity: bridge.Warning, Code: "leading-zeros", Key: r.Key, Where: r.Where, Column: z.column, Value: Cut(r.Key),
		Message: "leading zeros may be lost: " + why, Hint: "format the column as text in the source and enter the key again"})
}

func allDigits(key string) bool {
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return false
		}
	}
	return key != ""
}

func isInteger(columns *mapping.Columns, name string) bool {
	if columns == nil {
		return false
	}
	i, ok := columns.Index(name)
	return ok && columns.List()[i].Type == mapping.Integer
}
