package pull

import "github.com/muster-idm/muster/bridge/mapping"

// Selection says which rows of a source a job wants.
type Selection struct {
	Query     string // SQL; or
	Table     string // a table, view or sheet; "" = the only table, or the first visible sheet
	Key       string // the column that identifies a record
	HeaderRow int    // sheets: the row that holds the column names, from 1; 0 = the first row that is not empty

	// Types gives columns another type than the source says. Columns of sheets
	// are Text unless they stand here, so that a column does not change its type
	// with the rows that happen to be in it.
	Types map[string]mapping.Type

	Members *Members // group jobs: the membership, when it is rows and not a column
}

// MembersColumn is the Texts column that Members adds to each row.
const MembersColumn = "members"

// Members says where the membership of groups stands as rows of group key and
// member key. It appears in each row as the column "members".
type Members struct {
	Query  string
	Table  string
	Group  string // the column with the group's key
	Member string // the column with the member's key
}

func (m Members) selection() Selection {
	text := map[string]mapping.Type{m.Group: mapping.Text, m.Member: mapping.Text}
	return Selection{Query: m.Query, Table: m.Table, Key: m.Group, Types: text}
}
