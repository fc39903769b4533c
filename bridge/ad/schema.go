package ad

import (
	"context"
	"strconv"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// readSchema reads attributes and classes from the schema naming context
// (MS-ADTS 3.1.1.2).
func readSchema(ctx context.Context, p *ldap.Pool) (*ldap.Schema, error) {
	s := ldap.NewSchema()
	base := p.Root().First("schemaNamingContext")
	attributes := ldap.Search{Base: base, Below: true, Filter: "(objectClass=attributeSchema)",
		Attributes: []string{"lDAPDisplayName", "attributeID", "attributeSyntax", "oMSyntax", "isSingleValued", "rangeLower", "rangeUpper", "systemOnly", "linkID"}}
	for raw, err := range p.Pages(ctx, attributes) {
		if err != nil {
			return nil, err
		}
		addAttribute(s, raw)
	}
	classes := ldap.Search{Base: base, Below: true, Filter: "(objectClass=classSchema)",
		Attributes: []string{"lDAPDisplayName", "subClassOf", "auxiliaryClass", "systemAuxiliaryClass", "mayContain", "systemMayContain"}}
	for raw, err := range p.Pages(ctx, classes) {
		if err != nil {
			return nil, err
		}
		addClass(s, raw)
	}
	if s.Attribute("sAMAccountName") == nil {
		return nil, bridge.Errorf(bridge.Unavailable, "the schema at %s cannot be read; Muster's account needs the right to read it", base)
	}
	return s, nil
}

func addAttribute(s *ldap.Schema, raw *ldap.Raw) {
	first := raw.GetEqualFoldAttributeValue
	name := first("lDAPDisplayName")
	if name == "" {
		return
	}
	a := &ldap.Attribute{Name: name, Single: first("isSingleValued") == "TRUE", ReadOnly: first("systemOnly") == "TRUE" || backLink(first("linkID")), Syntax: syntaxOf(first("attributeSyntax"), first("oMSyntax"))}
	if n, err := strconv.Atoi(first("rangeLower")); err == nil {
		a.Lower, a.HasLower = n, true
	}
	if n, err := strconv.Atoi(first("rangeUpper")); err == nil {
		a.Upper, a.HasUpper = n, true
	}
	if name == "description" {
		a.Single = true // the security accounts manager takes one value on users and groups (MS-SAMR 3.1.1.8)
	}
	s.Add(a, first("attributeID"))
}

// backLink says whether a linkID is odd: the directory keeps such attributes
// (MS-ADTS 3.1.1.1.6).
func backLink(linkID string) bool {
	n, err := strconv.Atoi(linkID)
	return err == nil && n%2 == 1
}

// syntaxOf reads attributeSyntax and oMSyntax (MS-ADTS 3.1.1.2.2.2).
func syntaxOf(attributeSyntax, oMSyntax string) ldap.Syntax {
	switch attributeSyntax {
	case "2.5.5.1":
		return ldap.DNText
	case "2.5.5.8":
		return ldap.Boolean
	case "2.5.5.9":
		return ldap.Integer
	case "2.5.5.16":
		return ldap.LargeInteger
	case "2.5.5.10", "2.5.5.15", "2.5.5.17":
		return ldap.Octets
	case "2.5.5.11":
		if oMSyntax == "24" {
			return ldap.Time
		}
	case "2.5.5.12", "2.5.5.4", "2.5.5.5":
		return ldap.Text
	case "2.5.5.3":
		return ldap.ExactText
	}
	return ldap.Other
}

func addClass(s *ldap.Schema, raw *ldap.Raw) {
	all := raw.GetEqualFoldAttributeValues
	name := raw.GetEqualFoldAttributeValue("lDAPDisplayName")
	superior := all("subClassOf")
	if len(superior) == 1 && superior[0] == name {
		superior = nil // top is its own superior
	}
	// What else a class must have the directory fills in.
	s.AddClass(&ldap.Class{Name: name, Superior: superior, Auxiliary: append(all("auxiliaryClass"), all("systemAuxiliaryClass")...),
		May: append(all("mayContain"), all("systemMayContain")...), Must: mandatory[name]})
}

// mandatory are the attributes that classes demand and mappings may write.
var mandatory = map[string][]string{"person": {"cn"}, "securityPrincipal": {"sAMAccountName"}, "group": {"groupType"}, "mailRecipient": {"cn"},
	"contact": {"cn"}, "organizationalUnit": {"ou"}}
