package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// The origins of definitions. What comes from a file is changed there only.
const (
	FromFile  = "file"
	FromStore = "store"
)

// Definition is one revision of a destination, a source or a job as YAML. It
// holds references to secrets, never secrets.
type Definition struct {
	Kind     string    `json:"kind"` // "destination", "source" or "job"
	Name     string    `json:"name"`
	Origin   string    `json:"origin"` // FromFile or FromStore
	Place    string    `json:"place"`  // for people: "muster.yaml:12", "the store"
	Revision string    `json:"revision"`
	Text     string    `json:"text"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
}

const definitionColumns = `kind, name, origin, place, revision, body, author, at`

type definitionRow struct {
	Kind     string
	Name     string
	Origin   string
	Place    string
	Revision string
	Body     string
	Author   string
	At       stamp
}

func (r definitionRow) definition() Definition {
	return Definition{Kind: r.Kind, Name: r.Name, Origin: r.Origin, Place: r.Place, Revision: r.Revision, Text: r.Body, Author: r.Author, At: time.Time(r.At)}
}

// Define makes the text the current revision of the definition of that kind and
// name, and returns the revision: sha256 of the text in hexadecimal. Kind, Name,
// Origin, Place and Text are taken; the author comes from ctx. The same text
// again changes nothing. The error is of kind Conflict, and names both places,
// if the name is defined by another origin.
func (s *Store) Define(ctx context.Context, d Definition) (revision string, err error) {
	sum := sha256.Sum256([]byte(d.Text))
	d.Revision, d.Author, d.At = hex.EncodeToString(sum[:]), bridge.ActorFrom(ctx).Name, s.settings.Now()
	err = s.transact(ctx, func(t *transaction) error {
		var old definitionRow
		err := t.get(&old, `SELECT `+definitionColumns+` FROM definitions WHERE kind = ? AND name = ? AND current`, d.Kind, d.Name)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case old.Origin != d.Origin:
			return bridge.Errorf(bridge.Conflict, "%s %q is defined twice, in %s and in %s: take one of them out", d.Kind, d.Name, old.Place, d.Place)
		case old.Revision == d.Revision && old.Place == d.Place:
			return nil
		}
		return s.define(ctx, t, d)
	})
	return d.Revision, err
}

func (s *Store) define(ctx context.Context, t *transaction, d Definition) error {
	if _, err := t.exec(`UPDATE definitions SET current = FALSE WHERE kind = ? AND name = ? AND current`, d.Kind, d.Name); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO definitions (`+definitionColumns+`, current) VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE)`,
		d.Kind, d.Name, d.Origin, d.Place, d.Revision, d.Text, d.Author, stamp(d.At))
	if err != nil {
		return err
	}
	return s.audit(ctx, t, line{Event: "definition", State: "defined", Name: d.Kind + " " + d.Name, Origin: d.Origin, Revision: d.Revision})
}

// Withdraw ends a definition; its revisions stay. What a file no longer holds
// is withdrawn, so that its name is free for the store. The error is of kind
// NotFound if there is none of that kind, name and origin.
func (s *Store) Withdraw(ctx context.Context, kind, name, origin string) error {
	return s.transact(ctx, func(t *transaction) error {
		n, err := t.exec(`UPDATE definitions SET current = FALSE WHERE kind = ? AND name = ? AND origin = ? AND current`, kind, name, origin)
		if err != nil {
			return err
		}
		if n == 0 {
			return bridge.Errorf(bridge.NotFound, "there is no %s %q from the %s", kind, name, origin)
		}
		return s.audit(ctx, t, line{Event: "definition", State: "withdrawn", Name: kind + " " + name, Origin: origin})
	})
}

// Definitions returns the current definitions of a kind by name.
func (s *Store) Definitions(ctx context.Context, kind string) ([]Definition, error) {
	var rows []definitionRow
	err := s.list(ctx, &rows, `SELECT `+definitionColumns+` FROM definitions WHERE kind = ? AND current ORDER BY name`, kind)
	if err != nil {
		return nil, fault(err, "the definitions of kind %s cannot be read", kind)
	}
	all := make([]Definition, len(rows))
	for i, row := range rows {
		all[i] = row.definition()
	}
	return all, nil
}

// Definition returns the current definition; the error is of kind NotFound if
// there is none.
func (s *Store) Definition(ctx context.Context, kind, name string) (Definition, error) {
	var row definitionRow
	err := s.get(ctx, &row, `SELECT `+definitionColumns+` FROM definitions WHERE kind = ? AND name = ? AND current`, kind, name)
	if errors.Is(err, sql.ErrNoRows) {
		return Definition{}, bridge.Errorf(bridge.NotFound, "there is no %s %q", kind, name)
	}
	return row.definition(), fault(err, "%s %q cannot be read", kind, name)
}
