package bridge

import "sync/atomic"

// Progress counts what is done, for somebody who watches. The nil Progress
// counts nothing.
type Progress struct {
	done  atomic.Int64
	total atomic.Int64
}

// Add counts n more as done.
func (p *Progress) Add(n int) {
	if p != nil {
		p.done.Add(int64(n))
	}
}

// Expect says how many there are in all; 0 = not known.
func (p *Progress) Expect(total int) {
	if p != nil {
		p.total.Store(int64(total))
		p.done.Store(0)
	}
}

// Read returns how many are done and how many there are in all.
func (p *Progress) Read() (done, total int) { return int(p.done.Load()), int(p.total.Load()) }
