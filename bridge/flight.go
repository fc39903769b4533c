package bridge

import "sync"

// Flights are the changes that were sent and have no outcome yet, of every run
// and push of this process. A nil *Flights knows of none.
type Flights struct {
	settling sync.Mutex // one settling at a time

	mu     sync.Mutex
	aloft  map[flight]int
	lost   int // changes that ended without a known outcome, since the process began
	sought int // of these, how many had been lost when the running settling began
	known  int // of these, how many are settled
}

type flight struct{ connection, key string }

// begin marks the change of a record as sent.
func (f *Flights) begin(connection, key string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.aloft == nil {
		f.aloft = map[flight]int{}
	}
	f.aloft[flight{connection, key}]++
}

// end marks it as ended. lost says that nobody knows how: it is to be settled.
func (f *Flights) end(connection, key string, lost bool) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	this := flight{connection, key}
	if f.aloft[this]--; f.aloft[this] == 0 {
		delete(f.aloft, this)
	}
	if lost {
		f.lost++
	}
}

func (f *Flights) has(connection, key string) bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.aloft[flight{connection, key}] > 0
}

// Lost says whether a change ended without a known outcome and was not settled
// since.
func (f *Flights) Lost() bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost > f.known
}

// settle begins a settling, until the function it returns is called.
func (f *Flights) settle() (end func()) {
	if f == nil {
		return func() {}
	}
	f.settling.Lock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sought = f.lost
	return f.settling.Unlock
}

// settled notes that all that was lost before the settling began is known.
func (f *Flights) settled() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known = f.sought
}
