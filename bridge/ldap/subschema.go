package ldap

import (
	"context"
	"strconv"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// readSubschema reads the schema of a server as RFC 4512 section 4.2 publishes it.
func readSubschema(ctx context.Context, p *Pool) (*Schema, error) {
	at := p.root.First("subschemaSubentry")
	if at == "" {
		return nil, bridge.Errorf(bridge.Unavailable, "the server does not say where its schema is (subschemaSubentry)")
	}
	found, err := p.Search(ctx, Search{Base: at, Filter: "(objectClass=subschema)", Attributes: []string{"attributeTypes", "objectClasses"}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, bridge.Errorf(bridge.Unavailable, "the server does not show its schema at %s", at)
	}
	s := NewSchema()
	s.addTypes(found[0].GetEqualFoldAttributeValues("attributeTypes"))
	for _, text := range found[0].GetEqualFoldAttributeValues("objectClasses") {
		s.addClassText(text)
	}
	return s, nil
}

// description is one RFC 4512 description: keyword to words.
type description struct {
	oid    string
	fields map[string][]string
}

func describe(text string) description {
	w := words(text)
	d := description{fields: map[string][]string{}}
	if len(w) < 2 {
		return d
	}
	d.oid = w[1]
	for i := 2; i < len(w); i++ {
		key := w[i]
		if key == ")" || key != strings.ToUpper(key) {
			continue
		}
		values := []string{}
		if i+1 < len(w) && w[i+1] == "(" {
			for i += 2; i < len(w) && w[i] != ")"; i++ {
				if w[i] != "$" {
					values = append(values, w[i])
				}
			}
		} else if i+1 < len(w) && takesWord[key] {
			i++
			values = append(values, w[i])
		}
		d.fields[key] = values
	}
	return d
}

// takesWord are the keywords that a word follows; the others stand alone.
var takesWord = map[string]bool{"NAME": true, "DESC": true, "SUP": true, "EQUALITY": true, "ORDERING": true,
	"SUBSTR": true, "SYNTAX": true, "USAGE": true, "MUST": true, "MAY": true}

func (d description) first(key string) string {
	if v := d.fields[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (d description) has(key string) bool {
	_, ok := d.fields[key]
	return ok
}

// addTypes adds attribute types; one that has a superior inherits from it
// (RFC 4512 section 2.5.1), wherever that stands in the list.
func (s *Schema) addTypes(texts []string) {
	list := make(map[string]description, len(texts))
	for _, text := range texts {
		d := describe(text)
		list[foldASCII(d.oid)] = d
		for _, name := range d.fields["NAME"] {
			list[foldASCII(name)] = d
		}
	}
	for _, text := range texts {
		d := describe(text)
		names := d.fields["NAME"]
		if len(names) == 0 {
			names = []string{d.oid}
		}
		a := attributeType(d, list)
		a.Name = names[0]
		s.Add(a, append(names[1:], d.oid)...)
	}
}

func attributeType(d description, list map[string]description) *Attribute {
	syntax, equality := d.first("SYNTAX"), d.first("EQUALITY")
	for up, depth := d, 0; depth < 8 && (syntax == "" || equality == "") && up.first("SUP") != ""; depth++ {
		up = list[foldASCII(up.first("SUP"))]
		if syntax == "" {
			syntax = up.first("SYNTAX")
		}
		if equality == "" {
			equality = up.first("EQUALITY")
		}
	}
	a := &Attribute{Single: d.has("SINGLE-VALUE"), ReadOnly: d.has("NO-USER-MODIFICATION"), NoMatch: equality == ""}
	oid, length, bounded := strings.Cut(syntax, "{")
	a.Syntax = syntaxOf(oid, equality)
	a.Printable = strings.HasSuffix(oid, ".44") || strings.HasSuffix(oid, ".26")
	if n, err := strconv.Atoi(strings.TrimSuffix(length, "}")); bounded && err == nil && n > 0 {
		a.Upper, a.HasUpper = n, false // a minimum upper bound that servers need not enforce (RFC 4512 section 4.1.2)
	}
	return a
}

// syntaxOf reads the syntax OIDs of RFC 4517 section 3.3.
func syntaxOf(oid, equality string) Syntax {
	switch strings.TrimPrefix(oid, "1.3.6.1.4.1.1466.115.121.1.") {
	case "7":
		return Boolean
	case "12":
		return DNText
	case "24":
		return Time
	case "27":
		return LargeInteger
	case "50":
		return Phone
	case "5", "28", "40", "8", "9", "10":
		return Octets
	case "15", "26", "44", "41", "11", "36":
		if strings.HasPrefix(equality, "caseExact") {
			return ExactText
		}
		return Text
	}
	return Other
}

func (s *Schema) addClassText(text string) {
	d := describe(text)
	names := d.fields["NAME"]
	if len(names) == 0 {
		names = []string{d.oid}
	}
	s.AddClass(&Class{Name: names[0], Superior: d.fields["SUP"], Must: d.fields["MUST"], May: d.fields["MAY"]}, append(names[1:], d.oid)...)
}
