package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"
)

const (
	sealEvery = time.Second
	sealRows  = 1000
)

// sealing is the work of the lock's holder beside everything else.
type sealing struct {
	stop  context.CancelFunc
	ended chan struct{}
}

// sealHead is the end of the chain, kept apart from it so that lines missing
// from the end are missed.
type sealHead struct {
	Total int64
	Line  int64
	Hash  []byte
}

type auditRow struct {
	ID   int64
	Body []byte
}

// link returns the hash of a line: sha256 over the hash of the line before and
// the line as JSON, its id included.
func (r auditRow) link(before []byte) []byte {
	h := sha256.New()
	h.Write(before)
	fmt.Fprintf(h, `{"id":%d,`, r.ID)
	h.Write(bytes.TrimPrefix(r.Body, []byte("{")))
	return h.Sum(nil)
}

// Seal extends the hash chain over all lines appended since the last time.
func (s *Store) Seal(ctx context.Context) error {
	for {
		n, err := s.sealBatch(ctx)
		if err != nil || n < sealRows {
			return err
		}
	}
}

func (s *Store) sealBatch(ctx context.Context) (sealed int, err error) {
	var open bool
	err = s.get(ctx, &open, `SELECT EXISTS (SELECT 1 FROM audit WHERE id > (SELECT line FROM audit_head))`)
	if err != nil || !open { // nothing to do takes no write lock
		return 0, fault(err, "the audit cannot be read")
	}
	err = s.transact(ctx, func(t *transaction) error {
		sealed, err = extendChain(t)
		return err
	})
	return sealed, err
}

func extendChain(t *transaction) (int, error) {
	var head sealHead
	if err := t.get(&head, `SELECT total, line, hash FROM audit_head`); err != nil {
		return 0, fault(err, "the end of the audit cannot be read")
	}
	var rows []auditRow
	if err := t.list(&rows, `SELECT id, body FROM audit WHERE id > ? ORDER BY id LIMIT ?`, head.Line, sealRows); err != nil {
		return 0, fault(err, "the audit cannot be read")
	}
	for _, row := range rows {
		head = sealHead{Total: head.Total + 1, Line: row.ID, Hash: row.link(head.Hash)}
		if _, err := t.exec(`INSERT INTO seals (line, hash) VALUES (?, ?)`, head.Line, head.Hash); err != nil {
			return 0, fault(err, "audit line %d cannot be sealed", row.ID)
		}
	}
	_, err := t.exec(`UPDATE audit_head SET total = ?, line = ?, hash = ?`, head.Total, head.Line, head.Hash)
	return len(rows), err
}

func (s *Store) startSealing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealing != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.sealing = &sealing{stop: stop, ended: make(chan struct{})}
	go s.sealUntil(ctx, s.sealing.ended)
}

func (s *Store) stopSealing() {
	s.mu.Lock()
	running := s.sealing
	s.sealing = nil
	s.mu.Unlock()
	if running != nil {
		running.stop()
		<-running.ended
	}
}

func (s *Store) sealUntil(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.Seal(ctx); err != nil && ctx.Err() == nil {
			s.settings.Log.Error("the audit cannot be sealed; it is tried again", "error", err)
		}
	}
}

// Report is what VerifyAudit found.
type Report struct {
	Sealed  int64  `json:"sealed"`            // lines in the chain
	Open    int64  `json:"open"`              // lines not yet sealed
	Hash    string `json:"hash"`              // of the last sealed line; kept elsewhere, it proves the whole chain
	Bad     int64  `json:"bad,omitempty"`     // the first line that does not fit; 0 when all fit
	Message string `json:"message,omitempty"` // what is wrong with it
}

// VerifyAudit recomputes the whole chain and reports the first line that was
// changed, removed, added or moved since it was sealed. The error is of kind
// Internal if the audit cannot be read at all.
func (s *Store) VerifyAudit(ctx context.Context) (Report, error) {
	var head sealHead
	if err := s.get(ctx, &head, `SELECT total, line, hash FROM audit_head`); err != nil {
		return Report{}, fault(err, "the end of the audit cannot be read")
	}
	report := Report{Sealed: head.Total, Hash: hex.EncodeToString(head.Hash)}
	if err := s.get(ctx, &report.Open, `SELECT count(*) FROM audit WHERE id > ?`, head.Line); err != nil {
		return Report{}, fault(err, "the audit cannot be read")
	}
	if err := s.verifyChain(ctx, head, &report); err != nil || report.Bad != 0 {
		return report, err
	}
	var unsealed int64
	err := s.get(ctx, &unsealed, `SELECT id FROM audit WHERE id <= ? AND id NOT IN (SELECT line FROM seals) ORDER BY id LIMIT 1`, head.Line)
	if err == nil {
		report.Bad, report.Message = unsealed, "the line was added after the lines around it were sealed"
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return report, fault(err, "the audit cannot be read")
}

func (s *Store) verifyChain(ctx context.Context, head sealHead, report *Report) error {
	before, total := make([]byte, sha256.Size), int64(0)
	for row, err := range s.seals(ctx, head.Line) {
		if err != nil {
			return err
		}
		total++
		switch {
		case row.Body == nil:
			report.Bad, report.Message = row.Line, "the line was removed"
		case !bytes.Equal(row.Hash, auditRow{ID: row.Line, Body: row.Body}.link(before)):
			report.Bad, report.Message = row.Line, "the line, or one before it, was changed, removed or moved after it was sealed"
		}
		if report.Bad != 0 {
			return nil
		}
		before = row.Hash
	}
	if total != head.Total || !bytes.Equal(before, head.Hash) {
		report.Bad = head.Line
		report.Message = fmt.Sprintf("the chain has %d lines and not %d: lines are missing at its end, or the record of its end was changed", total, head.Total)
	}
	return nil
}

type sealRow struct {
	Line int64
	Hash []byte
	Body []byte // nil when there is a seal and no line
}

func (s *Store) seals(ctx context.Context, last int64) iter.Seq2[sealRow, error] {
	const query = `SELECT s.line, s.hash, a.body FROM seals s LEFT JOIN audit a ON a.id = s.line
		WHERE s.line > ? AND s.line <= ? ORDER BY s.line LIMIT ?`
	return paged(func(after int64) ([]sealRow, int64, error) {
		var rows []sealRow
		if err := s.list(ctx, &rows, query, after, last, sealRows); err != nil {
			return nil, 0, fault(err, "the audit cannot be read after line %d", after)
		}
		if len(rows) > 0 {
			after = rows[len(rows)-1].Line
		}
		return rows, after, nil
	})
}
