package ldap

import (
	"sync"

	"github.com/muster-idm/muster/bridge"
)

// moves remembers where this directory took entries, because a plan names the
// target of a reference as it was before: a manager who leaves is moved in the
// same plan that gives the team another one.
type moves struct {
	mu sync.Mutex
	to map[string]string // canonical DN to the DN after; "" = deleted
}

// moved notes that an entry went from one DN to another, or away for good.
func (m *moves) moved(from, to string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.to == nil {
		m.to = map[string]string{}
	}
	m.to[CanonicalDN(from)] = to
	delete(m.to, CanonicalDN(to))
}

// arrived notes that a DN has a new entry.
func (m *moves) arrived(dn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.to, CanonicalDN(dn))
}

// followed returns where the entries of the DNs are now, without those deleted.
func (m *moves) followed(list bridge.Values) bridge.Values {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out bridge.Values
	for _, dn := range list {
		to, went := m.to[CanonicalDN(dn)]
		for hops := 0; went && to != "" && hops < len(m.to); hops++ {
			dn = to
			to, went = m.to[CanonicalDN(dn)]
		}
		if !went {
			out = append(out, dn)
		}
	}
	return out
}
