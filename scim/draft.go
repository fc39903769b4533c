package scim

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/filter"
	"github.com/muster-idm/muster/scim/schema"
)

// draft is a resource as a client wants it.
type draft struct {
	attributes map[string]any           // normalised, without members and secrets
	members    *bridge.MemberEdit       // nil: they stay
	secrets    map[string]bridge.Secret // by attribute of the destination
}

// draftOf reads the body of a POST or PUT. A body that says nothing of members
// leaves them alone, so that nobody empties a group by accident; an empty list
// empties it.
func (rq *request) draftOf(s *Stream, body []byte) (draft, error) {
	attributes, dropped, err := s.Type.Normalize(body)
	if err != nil {
		return draft{}, err
	}
	if len(dropped) > 0 {
		rq.Log.DebugContext(rq.Context(), "attributes that the schema lacks were left out", "request", rq.id, "attributes", dropped)
	}
	d := draft{attributes: attributes}
	d.takeSecrets(rq.client, s)
	if s.members() && saysMembers(body) {
		d.members = &bridge.MemberEdit{Replace: true}
		if d.members.Add, err = membersOf(attributes["members"]); err != nil {
			return draft{}, err
		}
	}
	delete(attributes, "members")
	return d, nil
}

// saysMembers says whether a body names its members, if only an empty list.
func saysMembers(body []byte) bool {
	var keys map[string]json.RawMessage
	if json.Unmarshal(body, &keys) != nil {
		return false // Normalize has refused it
	}
	for key, value := range keys {
		name := key[strings.LastIndexByte(key, ':')+1:]
		if strings.EqualFold(name, "members") && string(value) != "null" {
			return true
		}
	}
	return false
}

// takeSecrets takes the password out of the attributes, before anything else
// sees them.
func (d *draft) takeSecrets(c *Client, s *Stream) {
	password, given := d.attributes["password"].(string)
	delete(d.attributes, "password")
	attribute := s.Connection.Template.Password
	if given && attribute != "" && c.Ways.Passwords && !c.Ways.Review {
		d.secrets = map[string]bridge.Secret{attribute: bridge.NewSecret(password)}
	}
}

// membersOf reads normalised members.
func membersOf(value any) ([]bridge.Member, error) {
	items, _ := value.([]any)
	out := make([]bridge.Member, 0, len(items))
	for _, item := range items {
		m, err := memberOf(item)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func memberOf(item any) (bridge.Member, error) {
	all, _ := item.(map[string]any)
	value, _ := all["value"].(string)
	if value == "" {
		return bridge.Member{}, invalid(schema.InvalidValue, "a member has no value")
	}
	rest := maps.Clone(all)
	delete(rest, "value")
	if len(rest) == 0 {
		return bridge.Member{Value: value}, nil
	}
	body, err := json.Marshal(rest)
	return bridge.Member{Value: value, Body: body}, err
}

// pushed returns the record to keep: its text and the terms by which it is found.
func (s *Stream) pushed(p bridge.Pushed, d draft) (bridge.Pushed, error) {
	d.attributes["schemas"] = s.Type.Present(d.attributes)
	delete(d.attributes, "id")
	delete(d.attributes, "meta")
	body, err := json.Marshal(d.attributes)
	if err != nil {
		return p, err
	}
	p.Connection, p.Body, p.Edit, p.Terms = s.name(), body, d.members, s.terms(d.attributes)
	return p, nil
}

// indexed are the attributes by which resources are found without reading all,
// by the name of their term. The first one is unique.
func (s *Stream) indexed() [][2]string {
	if s.members() {
		return [][2]string{{"displayName", "displayName"}, {"externalId", "externalId"}}
	}
	return [][2]string{{"userName", "userName"}, {"externalId", "externalId"}, {"displayName", "displayName"}, {"emails.value", "emails.value"}, {managerTerm, managerPath}}
}

// named is the attribute that no two resources of the stream share.
func (s *Stream) named() string { return s.indexed()[0][0] }

// managerPath is where a user names another one, and managerTerm the term of it.
const (
	managerPath = enterprise + ":manager.value"
	managerTerm = "manager"
)

// terms are the values by which a resource is found, folded as they are compared.
func (s *Stream) terms(resource map[string]any) []bridge.Term {
	var out []bridge.Term
	for _, of := range s.indexed() {
		place, known := s.Type.Locate(of[1])
		if !known {
			continue
		}
		for _, value := range place.Values(resource) {
			if text, ok := value.(string); ok && text != "" {
				out = append(out, bridge.Term{Name: of[0], Value: filter.Fold(place, text), Unique: of[0] == s.named()})
			}
		}
	}
	return out
}

// names are what others may call a resource by, besides its id.
func (s *Stream) names(id string, resource map[string]any) []string {
	names := []string{id}
	for _, attribute := range []string{"externalId", s.named()} {
		if text, ok := resource[attribute].(string); ok {
			names = append(names, text)
		}
	}
	return names
}

// nameOf is the folded value of the unique attribute.
func (s *Stream) nameOf(resource map[string]any) string {
	place, _ := s.Type.Locate(s.named())
	text, _ := resource[s.named()].(string)
	return filter.Fold(place, text)
}
