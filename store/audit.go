package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// line is one line of the audit. It names people whose accounts were changed by
// the id of their link only, and holds no attribute value.
type line struct {
	At         time.Time       `json:"at"`
	Actor      string          `json:"actor,omitempty"`
	ActorKind  string          `json:"actor_kind,omitempty"`
	Event      string          `json:"event"` // "change", "plan approved", "run applying", "job defined" ...
	Connection string          `json:"connection,omitempty"`
	Plan       string          `json:"plan,omitempty"`
	Run        string          `json:"run,omitempty"`
	Seq        int             `json:"seq,omitempty"`
	Link       string          `json:"link,omitempty"`
	Actions    []bridge.Action `json:"actions,omitempty"`
	State      string          `json:"state,omitempty"`
	Kind       bridge.Kind     `json:"kind,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	OverLimit  bool            `json:"over_limit,omitempty"`
	Name       string          `json:"name,omitempty"` // of a definition
	Origin     string          `json:"origin,omitempty"`
	Revision   string          `json:"revision,omitempty"`
}

// audit appends a line in the transaction of what it tells of.
func (s *Store) audit(ctx context.Context, t *transaction, l line) error {
	actor := bridge.ActorFrom(ctx)
	l.At, l.Actor, l.ActorKind = s.settings.Now().UTC(), actor.Name, actor.Kind
	body, err := json.Marshal(l)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the audit line of event %q cannot be written as JSON", l.Event)
	}
	_, err = t.exec(`INSERT INTO audit (body) VALUES (?)`, string(body))
	return err
}
