package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"sync"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
)

// position is where a page of a listing ended: its last record and the value by
// which that is sorted, nil if it has none.
type position struct {
	Num   int64 `json:"n"`
	Value any   `json:"v,omitempty"`
}

// cursor is a position with the listing that it is of.
type cursor struct {
	Listing string `json:"l"`
	position
}

// writeCursor returns a cursor as text that fits a URL.
func writeCursor(listing string, at position) (string, error) {
	text, err := json.Marshal(cursor{listing, at})
	if err != nil {
		return "", bridge.Wrap(bridge.Internal, err, "the cursor of a listing cannot be written")
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// readCursor reads what writeCursor wrote. The error is of kind Invalid if it
// did not, or for another listing.
func readCursor(text, listing string) (position, error) {
	var c cursor
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(plain))
		d.UseNumber()
		d.DisallowUnknownFields()
		err = d.Decode(&c)
	}
	if err != nil || c.Num <= 0 {
		return position{}, bridge.Errorf(bridge.Invalid, "the cursor %.40q is none that this server gave", text)
	}
	if c.Listing != listing {
		return position{}, bridge.Errorf(bridge.Invalid, "the cursor is of a listing with another filter, order or type")
	}
	if n, ok := c.Value.(json.Number); ok {
		c.Value = exactNumber(n)
	}
	return c.position, nil
}

func exactNumber(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return nil
	}
	return f
}

// listingOf names a selection of a stream.
func listingOf(stream string, sel filter.Selection) string { return stream + " " + sel.Digest() }

const (
	trailMost  = 1024             // listings whose pages are remembered
	trailPages = 8                // pages remembered of each
	trailLife  = 15 * time.Minute // since the last page
)

// trails remember, for clients that page by index, where their last pages
// ended: the next one begins there, whoever came or went before it.
type trails struct {
	mu  sync.Mutex
	now func() time.Time
	of  map[trailKey]*trail
}

// trailKey names a listing and who reads it.
type trailKey struct{ reader, listing string }

type trail struct {
	last  time.Time
	pages []pageEnd // latest last
}

type pageEnd struct {
	index int // of the last record, from 1
	at    position
}

// find returns where the page that ended at an index stopped.
func (t *trails) find(ctx context.Context, listing string, index int) (position, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.of[trailKey{bridge.ActorFrom(ctx).Name, listing}]
	if one == nil || t.now().Sub(one.last) > trailLife {
		return position{}, false
	}
	for _, page := range one.pages {
		if page.index == index {
			return page.at, true
		}
	}
	return position{}, false
}

// leave remembers where a page ended.
func (t *trails) leave(ctx context.Context, listing string, index int, at position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := trailKey{bridge.ActorFrom(ctx).Name, listing}
	one := t.of[key]
	if one == nil {
		t.forget()
		one = &trail{}
		t.of[key] = one
	}
	one.last = t.now()
	for i, page := range one.pages {
		if page.index == index {
			one.pages = append(one.pages[:i], one.pages[i+1:]...)
			break
		}
	}
	one.pages = append(one.pages[max(0, len(one.pages)-trailPages+1):], pageEnd{index, at})
}

// forget makes room for one more.
func (t *trails) forget() {
	if len(t.of) < trailMost {
		return
	}
	var oldest trailKey
	for key, one := range t.of {
		if first := t.of[oldest]; first == nil || one.last.Before(first.last) {
			oldest = key
		}
	}
	delete(t.of, oldest)
}
