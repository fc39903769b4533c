package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jmoiron/sqlx"

	"github.com/muster-idm/muster/bridge"
)

// shareMost is how many pieces of work share a commit at most.
const shareMost = 64

// errLost says that the transaction ended under the work, which takes everybody's.
var errLost = errors.New("the transaction was lost")

// transact does the work in an immediate transaction: all of it or nothing. The
// work of many callers shares a commit, because the disk takes as long for one
// as for many; what one of them cannot do does not touch the others. The end of
// ctx takes back what has not begun.
func (s *Store) transact(ctx context.Context, work func(t *transaction) error) error {
	return fault(s.commits.do(ctx, work), "the store cannot be written")
}

// commits is the one place that writes. A goroutine commits as long as there is
// work, so that what comes in while the disk is busy waits for its next turn.
type commits struct {
	write    *sqlx.DB
	prepared map[string]*sqlx.Stmt // used by the committing goroutine only

	mu     sync.Mutex // guards what follows
	idle   *sync.Cond // told when the goroutine ends
	queue  []*job
	busy   bool
	closed bool
}

type job struct {
	work func(t *transaction) error
	done chan error
}

func newCommits(write *sqlx.DB) *commits {
	c := &commits{write: write, prepared: map[string]*sqlx.Stmt{}}
	c.idle = sync.NewCond(&c.mu)
	return c
}

// do returns when the work is committed or was given up.
func (c *commits) do(ctx context.Context, work func(t *transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{work: work, done: make(chan error, 1)}
	if !c.enqueue(j) {
		return bridge.Errorf(bridge.Unavailable, "the store is closed")
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
	}
	if c.takeBack(j) {
		return ctx.Err()
	}
	return <-j.done
}

func (c *commits) enqueue(j *job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.queue = append(c.queue, j)
	if !c.busy {
		c.busy = true
		go c.run()
	}
	return true
}

// takeBack says whether the job had not begun.
func (c *commits) takeBack(j *job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.Index(c.queue, j)
	if at < 0 {
		return false
	}
	c.queue = slices.Delete(c.queue, at, at+1)
	return true
}

// close waits for what was queued and takes no more.
func (c *commits) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for c.busy {
		c.idle.Wait()
	}
}

func (c *commits) run() {
	for batch := c.take(); len(batch) > 0; batch = c.take() {
		for i, err := range c.commit(batch) {
			batch[i].done <- err
		}
	}
}

// take returns the next jobs; none means that the goroutine ends.
func (c *commits) take() []*job {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.queue), shareMost)
	if n == 0 {
		c.busy = false
		c.idle.Broadcast()
		return nil
	}
	batch := slices.Clone(c.queue[:n])
	c.queue = slices.Delete(c.queue, 0, n)
	return batch
}

// commit does the jobs in one transaction and returns an error for each. A
// savepoint for each job costs as much as the job, so the first attempt does
// without; when a job has a fault, all is undone and done again with savepoints.
func (c *commits) commit(batch []*job) []error {
	faults := make([]error, len(batch))
	again, err := c.attempt(batch, faults, false)
	if again {
		_, err = c.attempt(batch, faults, true)
	}
	if err != nil {
		for i := range faults {
			faults[i] = errors.Join(faults[i], err)
		}
	}
	return faults
}

// attempt does the jobs in one transaction. again says that nothing was done,
// because one job of several has a fault and they had no savepoints.
func (c *commits) attempt(batch []*job, faults []error, savepoints bool) (again bool, err error) {
	t := &transaction{commits: c, used: map[string]*sqlx.Stmt{}}
	if t.tx, err = c.write.BeginTxx(context.Background(), nil); err != nil {
		return false, err
	}
	defer c.keep(t)
	defer t.tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	done := false
	for i, j := range batch {
		if savepoints {
			err = t.alone(j, &faults[i])
		} else if faults[i] = j.work(t); faults[i] != nil && len(batch) > 1 {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		done = done || faults[i] == nil
	}
	if !done {
		return false, nil
	}
	return false, t.tx.Commit()
}

// alone does a job in a savepoint, which is rolled back when the job has a fault.
func (t *transaction) alone(j *job, why *error) error {
	if _, err := t.exec(`SAVEPOINT job`); err != nil {
		return err
	}
	if *why = j.work(t); *why != nil {
		if _, err := t.exec(`ROLLBACK TO SAVEPOINT job`); err != nil {
			return errors.Join(errLost, err)
		}
	}
	_, err := t.exec(`RELEASE SAVEPOINT job`)
	return err
}

// keep prepares, for the transactions to come, the statements that this one
// prepared for itself: it held the only connection.
func (c *commits) keep(t *transaction) {
	for query := range t.used {
		if c.prepared[query] != nil {
			continue
		}
		ready, err := c.write.Preparex(c.write.Rebind(query)) //nolint:sqlclosecheck // kept as long as the store is open
		if err != nil {
			return // the next transaction prepares it again, or says what is wrong
		}
		c.prepared[query] = ready
	}
}

// transaction is one write transaction.
type transaction struct {
	commits *commits
	tx      *sqlx.Tx
	used    map[string]*sqlx.Stmt
}

func (t *transaction) statement(query string) (*sqlx.Stmt, error) {
	if ready, ok := t.used[query]; ok {
		return ready, nil
	}
	if kept, ok := t.commits.prepared[query]; ok {
		ready := t.tx.Stmtx(kept)
		t.used[query] = ready
		return ready, nil
	}
	ready, err := t.tx.Preparex(t.tx.Rebind(query))
	if err == nil {
		t.used[query] = ready
	}
	return ready, err
}

// exec returns how many rows the statement touched.
func (t *transaction) exec(query string, args ...any) (int64, error) {
	ready, err := t.statement(query) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return 0, err
	}
	result, err := ready.Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scan reads one row; the error is sql.ErrNoRows if there is none.
func (t *transaction) scan(query string, args []any, into ...any) error {
	ready, err := t.statement(query) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return err
	}
	return ready.Stmt.QueryRow(args...).Scan(into...)
}

// get reads one row; the error is sql.ErrNoRows if there is none.
func (t *transaction) get(into any, query string, args ...any) error {
	ready, err := t.statement(query) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return err
	}
	return ready.Get(into, args...)
}

func (t *transaction) list(into any, query string, args ...any) error {
	ready, err := t.statement(query) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return err
	}
	return ready.Select(into, args...)
}
