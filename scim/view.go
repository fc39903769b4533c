package scim

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/schema"
)

// view is a resource as it is answered: what its client stored, with what only
// the door knows.
type view struct {
	bridge.Pushed
	stream  *Stream
	base    string
	groups  []bridge.Pushed // of a user
	members []bridge.Member // of a group

	endpoints map[string]string // of the client's streams, by their names
}

// look completes a record with what the projection wants of it.
func (rq *request) look(ctx context.Context, s *Stream, p bridge.Pushed, wanted schema.Projection) (*view, error) {
	v := &view{Pushed: p, stream: s, base: rq.base}
	if s.members() {
		if !wanted.Wants("members") {
			return v, nil
		}
		v.endpoints = map[string]string{}
		for _, stream := range rq.client.streams() {
			v.endpoints[stream.name()] = stream.Type.Endpoint
		}
		return v, rq.lookAtMembers(ctx, v)
	}
	if rq.client.Groups == nil || !p.Grouped || !wanted.Wants("groups") {
		return v, nil
	}
	var err error
	v.groups, err = rq.Store.Groups(ctx, rq.client.Groups.name(), p.ID)
	return v, err
}

// lookAtMembers reads the members that a group has in the version that is shown,
// so that nobody sees half a change: when the group was changed meanwhile it reads
// again, and at last while nobody else may change it.
func (rq *request) lookAtMembers(ctx context.Context, v *view) error {
	for attempt := 1; ; attempt++ {
		if attempt == attempts {
			give, err := rq.turns.take(ctx, v.stream.name()+" "+v.ID)
			if err != nil {
				return err
			}
			defer give()
		}
		v.members = nil
		for m, err := range rq.Store.Members(ctx, v.ID) {
			if err != nil {
				return err
			}
			v.members = append(v.members, m)
		}
		now, err := rq.Store.Pushed(ctx, v.stream.name(), v.ID)
		switch {
		case bridge.IsKind(err, bridge.NotFound), err == nil && now.Version == v.Version:
			return nil // one that is gone by now is shown as it was
		case err != nil:
			return err
		}
		v.Pushed = now
	}
}

// version is the entity tag (RFC 7644, section 3.14).
func version(p bridge.Pushed) string { return `W/"` + strconv.FormatInt(p.Version, 10) + `"` }

func (v *view) location() string { return v.base + v.stream.Type.Endpoint + "/" + v.ID }

// render returns the resource as JSON. Without a selection the stored text is
// written as it is, between what the door adds.
func (v *view) render(wanted schema.Projection) ([]byte, error) {
	if !wanted.IsDefault() {
		resource, err := v.resource()
		if err != nil {
			return nil, err
		}
		return json.Marshal(wanted.Apply(resource))
	}
	var b bytes.Buffer
	b.Grow(len(v.Body) + 512 + 128*len(v.members))
	b.WriteString(`{"id":`)
	quote(&b, v.ID)
	v.writeMeta(&b)
	if err := v.writeLinks(&b); err != nil {
		return nil, err
	}
	rest := bytes.TrimSpace(v.Body)
	if active, known := v.active(); known {
		b.WriteString(`,"active":` + strconv.FormatBool(active))
		rest = withoutActive(rest)
	}
	if len(rest) > 2 {
		b.WriteByte(',')
		b.Write(rest[1:])
	} else {
		b.WriteByte('}')
	}
	return b.Bytes(), nil
}

// active is what the directory says of the account, if there is one.
func (v *view) active() (active, known bool) {
	return v.Account == bridge.Enabled, v.Account != bridge.NoAccount
}

// withoutActive leaves out what the client said of active: keys are sorted, so
// that it comes first.
func withoutActive(body []byte) []byte {
	for _, said := range [][]byte{[]byte(`{"active":true`), []byte(`{"active":false`)} {
		if rest, ok := bytes.CutPrefix(body, said); ok {
			return append([]byte{'{'}, bytes.TrimPrefix(rest, []byte{','})...)
		}
	}
	return body
}

func (v *view) writeMeta(b *bytes.Buffer) {
	b.WriteString(`,"meta":{"resourceType":`)
	quote(b, v.stream.Type.Name)
	b.WriteString(`,"created":"`)
	b.Write(v.Created.UTC().AppendFormat(nil, timeForm))
	b.WriteString(`","lastModified":"`)
	b.Write(v.Modified.UTC().AppendFormat(nil, timeForm))
	b.WriteString(`","location":`)
	quote(b, v.location())
	b.WriteString(`,"version":`)
	quote(b, version(v.Pushed))
	b.WriteByte('}')
}

// timeForm is xsd:dateTime in milliseconds (RFC 7643, section 2.3.5).
const timeForm = "2006-01-02T15:04:05.000Z07:00"

// writeLinks writes the groups of a user, or the members of a group.
func (v *view) writeLinks(b *bytes.Buffer) error {
	var list []map[string]any
	name := "groups"
	if v.stream.members() {
		name = "members"
	}
	list, err := v.links()
	if err != nil || len(list) == 0 {
		return err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	b.WriteString(`,"` + name + `":`)
	b.Write(text)
	return nil
}

func (v *view) links() ([]map[string]any, error) {
	list := make([]map[string]any, 0, len(v.members)+len(v.groups))
	for _, m := range v.members {
		item := map[string]any{}
		if len(m.Body) > 0 {
			if err := json.Unmarshal(m.Body, &item); err != nil {
				return nil, bridge.Wrap(bridge.Internal, err, "a member of group %s is damaged", v.ID)
			}
		}
		item["value"] = m.Value
		if endpoint := v.endpoints[m.Connection]; endpoint != "" {
			item["$ref"] = v.base + endpoint + "/" + m.Value
		}
		list = append(list, item)
	}
	for _, g := range v.groups {
		var kept struct {
			DisplayName string `json:"displayName"`
		}
		if err := json.Unmarshal(g.Body, &kept); err != nil {
			return nil, bridge.Wrap(bridge.Internal, err, "group %s is damaged", g.ID)
		}
		list = append(list, map[string]any{"value": g.ID, "display": kept.DisplayName, "type": "direct", "$ref": v.base + "/Groups/" + g.ID})
	}
	return list, nil
}

// resource returns everything as one map, for a selection of it.
func (v *view) resource() (map[string]any, error) {
	resource, err := decoded(v.Pushed)
	if err != nil {
		return nil, err
	}
	resource["id"] = v.ID
	resource["meta"] = map[string]any{"resourceType": v.stream.Type.Name, "created": v.Created.UTC().Format(timeForm),
		"lastModified": v.Modified.UTC().Format(timeForm), "location": v.location(), "version": version(v.Pushed)}
	if active, known := v.active(); known {
		resource["active"] = active
	}
	links, err := v.links()
	if err != nil || len(links) == 0 {
		return resource, err
	}
	items := make([]any, len(links))
	for i, item := range links {
		items[i] = item
	}
	if v.stream.members() {
		resource["members"] = items
	} else {
		resource["groups"] = items
	}
	return resource, nil
}

// decoded returns what is stored of a resource, as schema wants it.
func decoded(p bridge.Pushed) (map[string]any, error) {
	value, err := schema.Decode(p.Body)
	resource, ok := value.(map[string]any)
	if err != nil || !ok {
		return nil, bridge.Wrap(bridge.Internal, err, "resource %s is damaged", p.ID)
	}
	return resource, nil
}

// quote writes a JSON string.
func quote(b *bytes.Buffer, text string) {
	out, err := json.Marshal(text)
	if err != nil {
		return // a string always has a JSON form
	}
	b.Write(out)
}

// later is the instant of a change: never before the one it follows.
func later(now, before time.Time) time.Time {
	if now.Before(before) {
		return before
	}
	return now
}
