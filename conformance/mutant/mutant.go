package mutant

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
)

// Mutant is a server with one fault: Next with the Mutation before it. It may be
// used by several goroutines at once.
type Mutant struct {
	next     http.RoundTripper
	mutation *Mutation
	matcher  matcher
	armed    atomic.Bool

	mu      sync.Mutex
	before  map[string]Exchange // the last answer of the server to each method and URL
	matched map[string]int      // how many exchanges with each method and URL the mutation concerned
}

var _ http.RoundTripper = (*Mutant)(nil)

// New puts a mutation before a server. The server has no fault until Arm. The
// error names an expression that does not compile.
func New(next http.RoundTripper, m *Mutation) (*Mutant, error) {
	compiled, err := m.compile()
	if err != nil {
		return nil, err
	}
	return &Mutant{next: next, mutation: m, matcher: compiled, before: map[string]Exchange{}, matched: map[string]int{}}, nil
}

// Arm gives the server its fault.
func (m *Mutant) Arm() { m.armed.Store(true) }

// RoundTrip sends the request to the server. The request, the answer or both
// are altered if the mutation concerns the exchange.
func (m *Mutant) RoundTrip(r *http.Request) (*http.Response, error) {
	x, err := open(r)
	if err != nil {
		return nil, err
	}
	target := r.Method + " " + r.URL.String()
	concerned := m.armed.Load() && m.matcher.asks(r.Method, x.path(), x.Sent)
	if concerned && m.mutation.Status == "" {
		concerned = m.due(target)
	}
	if concerned {
		m.recall(target, x)
		if err := apply(m.mutation.Ask, x); err != nil {
			return nil, err
		}
	}
	if x.Status == 0 {
		if err := x.send(m.next); err != nil {
			return nil, err
		}
	}
	m.remember(target, x)
	if concerned && m.matcher.answers(x.Status) && (m.mutation.Status == "" || m.due(target)) {
		if err := apply(m.mutation.Answer, x); err != nil {
			return nil, err
		}
	}
	return x.response(r), nil
}

// due counts the exchange and says whether it is one that is altered.
func (m *Mutant) due(target string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.matched[target]++
	return m.matched[target] > m.mutation.From
}

func (m *Mutant) recall(target string, x *Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if before, ok := m.before[target]; ok {
		x.before = &before
	}
}

func (m *Mutant) remember(target string, x *Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.before[target] = Exchange{Status: x.Status, Header: x.Header.Clone(), Body: x.Body}
}

func apply(edits []Edit, x *Exchange) error {
	for _, edit := range edits {
		if err := edit(x); err != nil {
			return fmt.Errorf("altering %s %s: %w", x.Request.Method, x.Request.URL, err)
		}
	}
	return nil
}
