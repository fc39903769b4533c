package scim

import (
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/scim/schema"
)

// field says how one column of a stream's records is read from a resource.
type field struct {
	name  string
	kind  mapping.Type
	place schema.Place
	item  string // of a multi-valued attribute: which item; "" = the whole attribute
	sub   string // of the item
}

// The items that a column can be of, besides those of a type.
const (
	primary = "|any"     // the primary one, else the first
	atWork  = "work|any" // that of type work, else the primary one, else the first
)

// spots are the columns of users and groups: attribute, item, sub-attribute. A
// column that is not here has the name of its attribute.
func spots() map[string][3]string {
	return map[string][3]string{
		"givenName": {"name.givenName"}, "familyName": {"name.familyName"}, "middleName": {"name.middleName"},
		"honorificPrefix": {"name.honorificPrefix"}, "honorificSuffix": {"name.honorificSuffix"}, "formattedName": {"name.formatted"},
		"email": {"emails", primary}, "workEmail": {"emails", "work"}, "homeEmail": {"emails", "home"}, "otherEmail": {"emails", "other"},
		"phone": {"phoneNumbers", primary}, "workPhone": {"phoneNumbers", "work"}, "mobilePhone": {"phoneNumbers", "mobile"},
		"homePhone": {"phoneNumbers", "home"}, "faxPhone": {"phoneNumbers", "fax"}, "pagerPhone": {"phoneNumbers", "pager"}, "otherPhone": {"phoneNumbers", "other"},
		"street": {"addresses", atWork, "streetAddress"}, "locality": {"addresses", atWork, "locality"}, "region": {"addresses", atWork, "region"},
		"postalCode": {"addresses", atWork, "postalCode"}, "country": {"addresses", atWork, "country"},
		"formattedAddress": {"addresses", atWork, "formatted"}, "otherAddress": {"addresses", "other", "formatted"},
	}
}

// bind works out once how the stream's columns are read. The error names a
// column that means nothing in a resource of the type.
func (s *Stream) bind() error {
	var err error
	if s.usually, err = s.Type.Projection(nil, nil); err != nil {
		return err
	}
	known := spots()
	for _, column := range s.Columns.List() {
		f := field{name: column.Name, kind: column.Type}
		path := column.Name
		if spot, ok := known[column.Name]; ok {
			path, f.item, f.sub = spot[0], spot[1], spot[2]
		}
		if own, ok := s.Own[column.Name]; ok {
			path, f.item = own, ""
		}
		var there bool
		if f.place, there = s.Type.Locate(path); !there {
			return bridge.Errorf(bridge.Internal, "the column %s of %s is nothing that a %s has", column.Name, s.name(), s.Type.Name)
		}
		if f.sub == "" {
			f.sub = "value"
		}
		s.fields = append(s.fields, f)
	}
	return nil
}

// record returns the record of a resource. Its references are keys already.
func (s *Stream) record(id string, resource map[string]any) bridge.Record {
	values := make([]any, len(s.fields))
	for i := range s.fields {
		values[i] = s.fields[i].read(resource)
		if s.fields[i].name == "id" && id != "" {
			values[i] = id
		}
	}
	return bridge.Record{Key: id, Row: mapping.Row{Columns: s.Columns, Values: values}, Where: s.Type.Name + " " + id}
}

// read returns the value of the column in the column's type, nil for none.
func (f *field) read(resource map[string]any) any {
	found := f.place.Values(resource)
	switch {
	case f.item != "":
		return f.text(chosen(found, f.item))
	case f.kind == mapping.Texts:
		return texts(found)
	case len(found) == 0:
		return nil
	}
	if item, ok := found[0].(map[string]any); ok {
		return f.text(item)
	}
	return f.cast(found[0])
}

// cast gives a value of a normalised resource the column's type.
func (f *field) cast(value any) any {
	switch v := value.(type) {
	case string:
		if f.kind != mapping.Time {
			return v
		}
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return nil // the schema lets no other form in
		}
		return at
	case int64:
		if f.kind == mapping.Number {
			return float64(v)
		}
	}
	return value
}

// text returns a sub-attribute of an item.
func (f *field) text(item map[string]any) any {
	if value, ok := item[f.sub].(string); ok {
		return value
	}
	return nil
}

// chosen returns the item that a column is of.
func chosen(items []any, which string) map[string]any {
	kind, _, fallback := strings.Cut(which, "|")
	var first map[string]any
	for _, item := range items {
		m, _ := item.(map[string]any)
		switch {
		case kind != "" && m["type"] == kind:
			return m
		case first == nil || m["primary"] == true:
			first = m
		}
	}
	if !fallback {
		return nil
	}
	return first
}

// texts returns values, or those of items, as texts.
func texts(found []any) any {
	if len(found) == 0 {
		return nil
	}
	out := make([]string, 0, len(found))
	for _, item := range found {
		if m, ok := item.(map[string]any); ok {
			item = m["value"]
		}
		switch value := item.(type) {
		case string:
			out = append(out, value)
		case int64:
			out = append(out, strconv.FormatInt(value, 10))
		case bool:
			out = append(out, strconv.FormatBool(value))
		}
	}
	return out
}
