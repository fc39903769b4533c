package store

import (
	"context"
	"iter"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// editMembers applies an edit to the rows of a group. It touches the members
// that the edit names and no others, unless it replaces them all.
func editMembers(t *transaction, group int64, edit *bridge.MemberEdit) error {
	const removeOne = `DELETE FROM pushed_members WHERE record = ? AND member = ?`
	if edit == nil {
		return nil
	}
	remove := edit.Remove
	if edit.Replace {
		var err error
		if remove, err = others(t, group, edit.Add); err != nil {
			return err
		}
	}
	for _, member := range remove {
		if _, err := t.exec(removeOne, group, member); err != nil {
			return err
		}
	}
	return addMembers(t, group, edit.Add)
}

// others returns the members of a group that are not among those to be kept.
func others(t *transaction, group int64, keep []bridge.Member) ([]string, error) {
	kept := make(map[string]bool, len(keep))
	for _, m := range keep {
		kept[m.Value] = true
	}
	var all, rest []string
	if err := t.list(&all, `SELECT member FROM pushed_members WHERE record = ?`, group); err != nil {
		return nil, err
	}
	for _, member := range all {
		if !kept[member] {
			rest = append(rest, member)
		}
	}
	return rest, nil
}

// addMembers adds members after those that are there; one that is there stays
// in its place and takes over what is said of it.
func addMembers(t *transaction, group int64, members []bridge.Member) error {
	const last = `SELECT coalesce(max(place), 0) FROM pushed_members WHERE record = ?`
	const insert = `INSERT INTO pushed_members (record, place, member, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (record, member) DO UPDATE SET body = excluded.body`
	if len(members) == 0 {
		return nil
	}
	var place int64
	if err := t.scan(last, []any{group}, &place); err != nil {
		return err
	}
	for i, m := range members {
		if _, err := t.exec(insert, group, place+int64(i)+1, m.Value, string(m.Body)); err != nil {
			return err
		}
	}
	return nil
}

// notGone is true of a member that is no record which is gone.
const notGone = `NOT EXISTS (SELECT 1 FROM pushed gone WHERE gone.id = member AND gone.state = 'gone')`

// Members yields the members of a group in the order in which they were added.
// A record that is gone is none until it comes back.
func (s *Store) Members(ctx context.Context, group string) iter.Seq2[bridge.Member, error] {
	const query = `SELECT m.place, m.member, m.body, coalesce(p.connection, '') FROM pushed_members m LEFT JOIN pushed p ON p.id = m.member
		WHERE m.record = (SELECT num FROM pushed WHERE id = ?) AND m.place > ? AND coalesce(p.state, '') <> 'gone' ORDER BY m.place LIMIT ?`
	return paged(func(after int64) ([]bridge.Member, int64, error) {
		members, last, err := s.membersAfter(ctx, query, group, after)
		return members, last, fault(err, "the members of group %s cannot be read", group)
	})
}

func (s *Store) membersAfter(ctx context.Context, query, group string, after int64) ([]bridge.Member, int64, error) {
	rows, err := s.query(ctx, query, group, after, pageRows)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var members []bridge.Member
	for rows.Next() {
		var m bridge.Member
		var body []byte
		if err := rows.Scan(&after, &m.Value, &body, &m.Connection); err != nil {
			return nil, 0, err
		}
		if len(body) > 0 {
			m.Body = body
		}
		members = append(members, m)
	}
	return members, after, rows.Err()
}

// Groups returns the groups of a stream, not gone, that name any of the values
// as a member, in the order in which they were created.
func (s *Store) Groups(ctx context.Context, connection string, values ...string) ([]bridge.Pushed, error) {
	if len(values) == 0 {
		return nil, nil
	}
	query := `SELECT ` + pushedColumns + ` FROM (SELECT DISTINCT record FROM pushed_members WHERE member IN (` + marks(len(values)) + `)) found
		CROSS JOIN pushed p WHERE p.num = found.record AND p.connection = ? AND p.state <> 'gone' ORDER BY p.num`
	kept, err := s.listPushed(ctx, query, append(anys(values), connection)...)
	return bare(kept), fault(err, "the groups of connection %s that have a member cannot be read", connection)
}

// IsMember says which of the values are members of the group, also those that
// are gone and would be members again when they come back.
func (s *Store) IsMember(ctx context.Context, group string, values ...string) (map[string]bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM pushed_members WHERE record = (SELECT num FROM pushed WHERE id = ?) AND member = ?)`
	is := make(map[string]bool, len(values))
	for _, v := range values {
		var yes bool
		row, err := s.row(ctx, query, group, v)
		if err == nil {
			err = row.Scan(&yes)
		}
		if err != nil {
			return nil, fault(err, "the members of group %s cannot be read", group)
		}
		is[v] = yes
	}
	return is, nil
}

// marks returns so many question marks.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys(values []string) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}
