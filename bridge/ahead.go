package bridge

import "iter"

// How many records are read before they are planned, in batches.
const (
	aheadBatch = 256
	aheadMost  = 256 // batches: what is read while the links are loaded, some 50 MB of rows
)

// ahead reads a source while what was read before is planned, and takes the
// digests of the rows.
type ahead struct {
	batches chan []readRecord
	stop    chan struct{}
}

// readRecord is a record with its digest, or the error that ended the source.
type readRecord struct {
	Record
	row digest
	err error
}

func readAhead(records iter.Seq2[Record, error]) *ahead {
	a := &ahead{batches: make(chan []readRecord, aheadMost), stop: make(chan struct{})}
	go a.read(records)
	return a
}

func (a *ahead) read(records iter.Seq2[Record, error]) {
	defer close(a.batches)
	batch := make([]readRecord, 0, aheadBatch)
	for r, err := range records {
		if err != nil {
			batch = append(batch, readRecord{err: err})
			break
		}
		batch = append(batch, readRecord{Record: r, row: r.Row.Digest()})
		if len(batch) < aheadBatch {
			continue
		}
		if !a.pass(batch) {
			return
		}
		batch = make([]readRecord, 0, aheadBatch)
	}
	a.pass(batch)
}

func (a *ahead) pass(batch []readRecord) bool {
	select {
	case a.batches <- batch:
		return true
	case <-a.stop:
		return false
	}
}

// close ends the reading and returns when the source is closed.
func (a *ahead) close() {
	close(a.stop)
	for range a.batches {
		continue
	}
}
