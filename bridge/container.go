package bridge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// planContainers plans the containers that joiners and movers need and that do
// not exist, with those above them, outermost first.
func (g *planning) planContainers(ctx context.Context) error {
	needed := map[string]string{}
	for _, canonical := range slices.Sorted(maps.Keys(g.missing)) {
		for dn := g.missing[canonical]; dn != "" && g.inScope(dn); dn = parent(dn) {
			there, err := g.there(ctx, dn)
			if err != nil {
				return err
			}
			if there {
				break
			}
			needed[g.Reader.Rules().CanonicalDN(dn)] = dn
		}
	}
	for _, canonical := range slices.Sorted(maps.Keys(needed)) {
		dn := needed[canonical]
		// The key sorts what is nearer to the root first.
		key := fmt.Sprintf("container %02d %s", depth(dn), canonical)
		if err := g.changes.add(Change{Stage: Containers, Actions: []Action{Create}, Key: key, Type: OrgUnit, Reason: Joiner, DN: dn}); err != nil {
			return err
		}
	}
	return nil
}

func (g *planning) there(ctx context.Context, dn string) (bool, error) {
	canonical := g.Reader.Rules().CanonicalDN(dn)
	if there, known := g.containers[canonical]; known {
		return there, nil
	}
	if g.Containers.has(canonical, g.now) {
		return true, nil
	}
	_, err := g.Reader.Get(ctx, Ref{DN: dn}, Query{})
	if err != nil && !IsKind(err, NotFound) {
		return false, err
	}
	g.containers[canonical] = err == nil
	if err == nil {
		g.Containers.saw(canonical, g.now)
	}
	return err == nil, nil
}

// parent returns the DN above, "" at the top: what follows the first comma that
// is not escaped (RFC 4514, section 2).
func parent(dn string) string {
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',':
			return strings.TrimLeft(dn[i+1:], " ")
		}
	}
	return ""
}

func depth(dn string) int {
	n := 0
	for ; dn != ""; dn = parent(dn) {
		n++
	}
	return n
}

// SeenContainers remembers for a short time which containers were there, for those
// who plan many records one by one. What was deleted meanwhile is refused by the
// destination. A nil *SeenContainers remembers nothing.
type SeenContainers struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

// containerLife is how long a container is taken to be there without looking.
const containerLife = 30 * time.Second

func (c *SeenContainers) has(canonical string, now time.Time) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Sub(c.seen[canonical]) < containerLife
}

func (c *SeenContainers) saw(canonical string, now time.Time) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || len(c.seen) >= 1000 {
		c.seen = map[string]time.Time{}
	}
	c.seen[canonical] = now
}

// Forget makes the next plan look again.
func (c *SeenContainers) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = nil
}
