package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// termRows is how many terms one statement writes at most.
const termRows = 32

// blockBits says how many numbers a block of pushed_blocks has: 2 to this power.
const blockBits = 10

// Keep saves a pushed record that needs no change of the destination, with an
// audit line. The error is of kind Refused while the client's connection is
// held, Conflict if another record has a unique term or its change is on its
// way, Stale if a newer version is kept, and Precondition without the working lock.
func (s *Store) Keep(ctx context.Context, push bridge.Push) error {
	if err := s.working(); err != nil {
		return err
	}
	return s.transact(ctx, func(t *transaction) error {
		if held, err := refuseHeld(t, push.Quota.Connection); held != nil || err != nil {
			return errors.Join(held, err)
		}
		p := push.Record
		if refused, err := unclaimed(t, p); refused != nil || err != nil {
			return errors.Join(refused, err)
		}
		older, err := savePushed(t, p)
		if err != nil {
			return err
		}
		if older {
			return bridge.Errorf(bridge.Stale, "record %s of connection %s changed meanwhile", p.ID, p.Connection)
		}
		return s.audit(ctx, t, line{Event: "kept", Connection: p.Connection, Run: push.Request, Link: p.ID, State: string(p.State)})
	})
}

// savePushed writes a record with its terms and what becomes of its members. A
// record that comes back keeps its place in the order of creation. older says
// that a newer version is kept, and nothing was written.
func savePushed(t *transaction, p bridge.Pushed) (older bool, err error) {
	was, err := scanWas(t, p.ID)
	terms := orderTerms(p.Terms)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		const insert = `INSERT INTO pushed (id, connection, state, version, created, modified, account, terms, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING num`
		err = t.scan(insert, []any{p.ID, p.Connection, string(p.State), p.Version, stamp(p.Created), stamp(p.Modified), string(p.Account),
			packTerms(terms), string(p.Body)}, &was.num)
	case err != nil:
	case was.Connection != p.Connection:
		return false, bridge.Errorf(bridge.Conflict, "record %s belongs to connection %s", p.ID, was.Connection)
	case was.Version > p.Version:
		return true, nil
	default:
		const update = `UPDATE pushed SET state = ?, version = ?, created = ?, modified = ?, account = ?, terms = ?, body = ? WHERE num = ?`
		_, err = t.exec(update, string(p.State), p.Version, stamp(p.Created), stamp(p.Modified), string(p.Account), packTerms(terms), string(p.Body), was.num)
	}
	if err != nil {
		return false, fault(err, "record %s of connection %s cannot be saved", p.ID, p.Connection)
	}
	p.Terms = terms
	if err := count(t, was, p); err != nil {
		return false, err
	}
	if err := saveTerms(t, was, p); err != nil {
		return false, err
	}
	return false, editMembers(t, was.num, p.Edit)
}

// scanWas reads what savePushed has to know of the record as it was: one that
// was not there was gone. The error is sql.ErrNoRows if there is none.
func scanWas(t *transaction, id string) (keptPushed, error) {
	was := keptPushed{Pushed: bridge.Pushed{State: bridge.PushedGone}}
	var terms []byte
	const query = `SELECT num, connection, state, version, terms FROM pushed WHERE id = ?`
	err := t.scan(query, []any{id}, &was.num, &was.Connection, (*string)(&was.State), &was.Version, &terms)
	if err != nil {
		return was, err
	}
	was.Terms, err = unpackTerms(terms)
	return was, err
}

// count keeps the totals of a stream.
func count(t *transaction, was keptPushed, p bridge.Pushed) error {
	const query = `INSERT INTO pushed_blocks (connection, block, total) VALUES (?, ?, ?)
		ON CONFLICT (connection, block) DO UPDATE SET total = pushed_blocks.total + excluded.total`
	more := 0
	if was.State != bridge.PushedGone {
		more--
	}
	if p.State != bridge.PushedGone {
		more++
	}
	if more == 0 {
		return nil
	}
	_, err := t.exec(query, p.Connection, was.num>>blockBits, more)
	return err
}

// saveTerms writes the terms that differ from those that the record had.
func saveTerms(t *transaction, was keptPushed, p bridge.Pushed) error {
	const remove = `DELETE FROM pushed_terms WHERE connection = ? AND name = ? AND value = ? AND record = ?`
	const insert = `INSERT INTO pushed_terms (connection, name, value, record, sole, gone) VALUES (?, ?, ?, ?, ?, ?)`
	gone := p.State == bridge.PushedGone
	turned := gone != (was.State == bridge.PushedGone)
	for _, old := range was.Terms {
		if !turned && slices.Contains(p.Terms, old) {
			continue
		}
		if _, err := t.exec(remove, p.Connection, old.Name, old.Value, was.num); err != nil {
			return err
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(p.Terms), func(term bridge.Term) bool { return !turned && slices.Contains(was.Terms, term) })
	for some := range slices.Chunk(fresh, termRows) {
		var args []any
		for _, term := range some {
			args = append(args, p.Connection, term.Name, term.Value, was.num, term.Unique, gone)
		}
		n, err := t.exec(insert+strings.Repeat(`, (?, ?, ?, ?, ?, ?)`, len(some)-1)+` ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return err
		}
		if int(n) < len(some) {
			return bridge.Errorf(bridge.Conflict, "a unique name of record %s belongs to another one of connection %s", p.ID, p.Connection)
		}
	}
	return nil
}

// unclaimed refuses a record that has a unique term of another one, or of
// another one's open intent, or whose own intent is open.
func unclaimed(t *transaction, p bridge.Pushed) (refused, err error) {
	const mine = `SELECT run FROM intents WHERE connection = ? AND key = ?`
	var run string
	switch err := t.scan(mine, []any{p.Connection, p.ID}, &run); {
	case err == nil:
		return bridge.Errorf(bridge.Conflict, "record %s of connection %s is being changed by run %s", p.ID, p.Connection, run), nil
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	for _, term := range p.Terms {
		if !term.Unique || p.State == bridge.PushedGone {
			continue
		}
		if _, refused, err = owned(t, p, term); refused != nil || err != nil {
			return refused, err
		}
	}
	return nil, nil
}

// owned says whether the record has a unique term already, and refuses it when
// another one has it or is about to.
func owned(t *transaction, p bridge.Pushed, term bridge.Term) (own bool, refused, err error) {
	const kept = `SELECT p.id FROM pushed_terms t JOIN pushed p ON p.num = t.record
		WHERE t.connection = ? AND t.name = ? AND t.value = ? AND t.sole AND NOT t.gone`
	const claimed = `SELECT i.key FROM pushed_claims c JOIN intents i ON i.id = c.intent
		WHERE c.connection = ? AND c.name = ? AND c.value = ? AND i.key <> ?`
	var owner string
	err = t.scan(kept, []any{p.Connection, term.Name, term.Value}, &owner)
	if err == nil && owner == p.ID {
		return true, nil, nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = t.scan(claimed, []any{p.Connection, term.Name, term.Value, p.ID}, &owner)
	}
	switch {
	case err == nil:
		return false, bridge.Errorf(bridge.Conflict, "%s %q belongs to record %s of connection %s", term.Name, term.Value, owner, p.Connection), nil
	case errors.Is(err, sql.ErrNoRows):
		return false, nil, nil
	}
	return false, nil, err
}

// claim takes the unique terms that an intent will give to its record, so that
// its outcome can be saved whatever others do meanwhile.
func claim(t *transaction, id int64, p *bridge.Pushed) (refused, err error) {
	const insert = `INSERT INTO pushed_claims (connection, name, value, intent) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	if p == nil || p.State == bridge.PushedGone {
		return nil, nil
	}
	for _, term := range p.Terms {
		if !term.Unique {
			continue
		}
		own, refused, err := owned(t, *p, term)
		if refused != nil || err != nil {
			return refused, err
		}
		if own {
			continue
		}
		if _, err := t.exec(insert, p.Connection, term.Name, term.Value, id); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
