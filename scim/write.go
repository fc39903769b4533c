package scim

import (
	"context"

	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/patch"
	"github.com/muster-idm/muster/scim/schema"
)

// create answers POST (RFC 7644, section 3.3).
func (rq *request) create() error {
	body, wanted, err := rq.input()
	if err != nil {
		return err
	}
	d, err := rq.draftOf(rq.stream, body)
	if err != nil {
		return err
	}
	p, err := rq.add(rq.Context(), rq.stream, d, "")
	if err != nil {
		return err
	}
	return rq.show(rq.stream, p, wanted, statusCreated)
}

// replace answers PUT (RFC 7644, section 3.5.1).
func (rq *request) replace() error {
	body, wanted, err := rq.input()
	if err != nil {
		return err
	}
	d, err := rq.draftOf(rq.stream, body)
	if err != nil {
		return err
	}
	p, err := rq.put(rq.Context(), rq.stream, rq.pathID(), d, rq.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	return rq.show(rq.stream, p, wanted, statusOK)
}

// patch answers PATCH (RFC 7644, section 3.5.2).
func (rq *request) patch() error {
	body, wanted, err := rq.input()
	if err != nil {
		return err
	}
	operations, err := patch.Parse(body, rq.stream.Type)
	if err != nil {
		return err
	}
	p, err := rq.change(rq.Context(), rq.stream, rq.pathID(), operations, rq.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	quiet := !rq.client.Ways.PatchedUser
	if rq.stream.members() {
		quiet = !rq.client.Ways.PatchedGroup
	}
	if quiet && wanted.IsDefault() {
		rq.answer.Header().Set("ETag", version(p))
		rq.answer.write(statusNoContent, nil)
		return nil
	}
	return rq.show(rq.stream, p, wanted, statusOK)
}

// remove answers DELETE (RFC 7644, section 3.6).
func (rq *request) remove() error {
	if err := rq.drop(rq.Context(), rq.stream, rq.pathID(), rq.Header.Get("If-Match")); err != nil {
		return err
	}
	rq.answer.write(statusNoContent, nil)
	return nil
}

// input reads what a write needs: its body, and what is wanted in the answer.
func (rq *request) input() ([]byte, schema.Projection, error) {
	wanted, err := rq.projection()
	if err != nil {
		return nil, wanted, err
	}
	body, err := rq.read(rq.client.Bounds.Body)
	return body, wanted, err
}

// projection reads attributes and excludedAttributes of the URL.
func (rq *request) projection() (schema.Projection, error) {
	if rq.URL.RawQuery == "" {
		return rq.stream.usually, nil
	}
	query := rq.URL.Query()
	return rq.stream.projection(query["attributes"], query["excludedAttributes"])
}

func (s *Stream) projection(attributes, excluded []string) (schema.Projection, error) {
	if len(attributes)+len(excluded) == 0 {
		return s.usually, nil
	}
	return s.Type.Projection(attributes, excluded)
}

// show answers with the resource as it now is.
func (rq *request) show(s *Stream, p bridge.Pushed, wanted schema.Projection, status int) error {
	v, err := rq.look(rq.Context(), s, p, wanted)
	if err != nil {
		return err
	}
	body, err := v.render(wanted)
	if err != nil {
		return err
	}
	rq.answer.Header().Set("Location", v.location())
	rq.answer.Header().Set("ETag", version(v.Pushed))
	rq.answer.write(status, body)
	return nil
}

// add keeps a new resource and makes its entry. One of that name that is gone,
// or half written by an earlier push, comes back with its id. proposed is the id
// of a new one; "" = any.
func (rq *request) add(ctx context.Context, s *Stream, d draft, proposed string) (bridge.Pushed, error) {
	if proposed == "" {
		proposed = uuid.NewString()
	}
	for {
		w, err := rq.addAs(ctx, s, d, proposed)
		if err != nil {
			return w.Pushed, err
		}
		if w.elsewhere == "" {
			rq.follow(ctx, s, w, d.members)
			return w.Pushed, nil
		}
		proposed = w.elsewhere
	}
}

// predecessor finds the resource that a new one comes back as. One that is half
// written is that only while nothing followed its creation: who sends a POST of
// a name that has been there for long means another resource.
func (rq *request) predecessor(ctx context.Context, s *Stream, attributes map[string]any, proposed string) (prior *bridge.Pushed, id string, err error) {
	p, err := rq.Store.Named(ctx, s.name(), s.named(), s.nameOf(attributes))
	switch {
	case bridge.IsKind(err, bridge.NotFound):
	case err != nil:
		return nil, "", err
	case p.State != bridge.PushedGone && (p.State != bridge.PushedHalf || !p.Modified.Equal(p.Created)):
		return nil, "", taken("there is already a %s with %s %q", s.Type.Name, s.named(), excerpt(attributes[s.named()].(string)))
	default:
		if _, err := rq.Store.LinkOf(ctx, p.ID); err == nil || p.State == bridge.PushedHalf {
			return &p, p.ID, nil
		} else if !bridge.IsKind(err, bridge.NotFound) {
			return nil, "", err
		}
		if proposed == p.ID { // its entry was deleted just now, and the id with it
			proposed = uuid.NewString()
		}
	}
	return nil, proposed, nil
}

// addAs adds the resource under an id, once nobody else works on the id or the name.
func (rq *request) addAs(ctx context.Context, s *Stream, d draft, id string) (w written, err error) {
	ctx, give, err := rq.turn(ctx, s, id)
	if err != nil {
		return w, err
	}
	defer give()
	giveName, err := rq.turns.take(ctx, s.name()+" name "+s.nameOf(d.attributes))
	if err != nil {
		return w, err
	}
	defer giveName()
	if err := rq.settle(ctx, s); err != nil {
		return w, err
	}
	prior, now, err := rq.predecessor(ctx, s, d.attributes, id)
	if err != nil || now != id {
		return written{elsewhere: now}, err // somebody else came first
	}
	moment := rq.Now()
	p := bridge.Pushed{ID: id, State: bridge.PushedKept, Version: 1, Created: moment, Modified: moment}
	if prior != nil {
		p.Version, p.Account, p.Grouped = prior.Version, prior.Account, prior.Grouped
		if prior.State == bridge.PushedGone {
			p.Version = prior.Version + 1
		}
	}
	if p, err = s.pushed(p, d); err != nil {
		return w, err
	}
	if s.members() && p.Edit == nil {
		p.Edit = &bridge.MemberEdit{Replace: true} // who comes back has no members but those now named
	}
	return rq.apply(ctx, s, p, d, prior == nil, true) // who comes back is known by its id
}

// turn waits until nobody else works on a resource. The context it returns does
// not end when the client hangs up: what is begun is done, and what follows from
// it too.
func (rq *request) turn(ctx context.Context, s *Stream, id string) (context.Context, func(), error) {
	give, err := rq.turns.take(ctx, s.name()+" "+id)
	return context.WithoutCancel(ctx), give, err
}

// drop deletes a resource: what becomes of its entry is the policy's to say.
func (rq *request) drop(ctx context.Context, s *Stream, id, ifMatch string) error {
	ctx, give, err := rq.turn(ctx, s, id)
	if err != nil {
		return err
	}
	defer give()
	if err := rq.settle(ctx, s); err != nil {
		return err
	}
	now, err := rq.current(ctx, s, id)
	if err != nil {
		return err
	}
	if now.found {
		return forbidden("%s %s is an account that this connection has found but never written: it is not the connection's to delete", s.Type.Name, id)
	}
	if !matches(ifMatch, now.Pushed) {
		return versionDiffers(ifMatch, version(now.Pushed))
	}
	p := now.Pushed
	p.Version, p.Modified, p.State, p.Edit = p.Version+1, later(rq.Now(), p.Modified), bridge.PushedGone, nil
	return rq.applyGone(ctx, s, p)
}
