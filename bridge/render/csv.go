package render

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// byteOrderMark tells a spreadsheet that the file is UTF-8.
const byteOrderMark = "\ufeff"

// between parts the values of one cell.
const between = "; "

// CSV writes a plan for a spreadsheet: UTF-8 with a byte order mark, a head
// row, and one row per attribute that changes. The account state and each
// member are rows too, and a change of nothing else is a row without an
// attribute. A cell that a spreadsheet would calculate begins with an
// apostrophe. Findings and limits are not in it.
func CSV(ctx context.Context, w io.Writer, plan *bridge.Plan, o Options) error {
	o.origins = plan.Origins
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	head := []string{"job", "seq", "stage", "actions", "record", "type", "reason", "dn", "new dn", "attribute", "before", "after", "columns", "expression"}
	if err := out.Write(head); err != nil {
		return err
	}
	written := 0
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return err
		}
		if o.Max > 0 && written == o.Max {
			break
		}
		written++
		first := csvHead(plan, &c, o)
		for _, row := range csvRows(&c, o) {
			if err := out.Write(guarded(slices.Concat(first, row))); err != nil {
				return err
			}
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
	}
	out.Flush()
	return out.Error()
}

func csvHead(plan *bridge.Plan, c *bridge.Change, o Options) []string {
	actions := make([]string, len(c.Actions))
	for i, a := range c.Actions {
		actions[i] = string(a)
	}
	dn, newDN := c.DN, c.NewDN
	if o.Masked {
		dn, newDN = "", ""
	}
	return []string{plan.Connection, strconv.Itoa(c.Seq), strconv.Itoa(int(c.Stage)), strings.Join(actions, ", "),
		c.Key, string(c.Type), string(c.Reason), dn, newDN}
}

// csvRows returns attribute, before, after, columns and expression, row by row.
func csvRows(c *bridge.Change, o Options) [][]string {
	var rows [][]string
	if switches(c) {
		rows = append(rows, []string{"(account)", string(c.State), string(c.NewState), "", ""})
	}
	for _, l := range linesOf(c, o) {
		rows = append(rows, []string{l.attribute, bareAll(l.before), bareAll(l.after), strings.Join(l.origin.Columns, ", "), l.origin.Expression})
	}
	for _, m := range c.Members {
		if m.Remove {
			rows = append(rows, []string{"(member)", memberText(m, o), "", "", ""})
			continue
		}
		rows = append(rows, []string{"(member)", "", memberText(m, o), "", ""})
	}
	if rows == nil {
		return [][]string{make([]string, 5)}
	}
	return rows
}

func bareAll(values []value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.bare()
	}
	return strings.Join(texts, between)
}

// guarded makes every cell a text that a spreadsheet shows and does not
// calculate (OWASP, CSV injection).
func guarded(row []string) []string {
	for i, text := range row {
		row[i] = visible(text)
		if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
			row[i] = "'" + row[i]
		}
	}
	return row
}
