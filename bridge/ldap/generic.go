package ldap

import (
	"context"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// DefaultNames is how a generic directory names entries: inetOrgPerson (RFC
// 2798), groupOfNames (RFC 4519 section 3.5) and organizationalUnit.
func DefaultNames() map[bridge.ObjectType]Naming {
	return map[bridge.ObjectType]Naming{
		bridge.User:    {RDN: "uid", Classes: []string{"top", "person", "organizationalPerson", "inetOrgPerson"}, Filter: "(&(objectClass=inetOrgPerson)(uid=*))"},
		bridge.Contact: {RDN: "cn", Classes: []string{"top", "person", "organizationalPerson", "inetOrgPerson"}, Filter: "(&(objectClass=inetOrgPerson)(!(uid=*)))"},
		bridge.Group:   {RDN: "cn", Classes: []string{"top", "groupOfNames"}, Members: "member"},
		bridge.OrgUnit: {RDN: "ou", Classes: []string{"top", "organizationalUnit"}},
	}
}

// Open connects to a generic directory and reads its schema.
func Open(ctx context.Context, s Settings) (*Directory, error) {
	pool, err := Dial(ctx, s)
	if err != nil {
		return nil, err
	}
	schema, err := readSubschema(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	placeholder := s.Placeholder
	if placeholder == "" {
		placeholder = JoinDN("cn", "nobody", pool.Base())
	}
	return New(pool, schema, &generic{state: s.State, placeholder: placeholder, account: pool.Account(), schema: schema}, DefaultNames()), nil
}

// generic is the dialect of directories that follow the RFCs.
type generic struct {
	state       StateRule
	placeholder string
	account     string
	schema      *Schema
}

var _ Dialect = (*generic)(nil)

// Operational are entryUUID (RFC 4530), createTimestamp and the state attribute.
func (g *generic) Operational() []string {
	names := []string{"entryUUID", "createTimestamp"}
	if g.state.Attribute != "" {
		names = append(names, g.state.Attribute)
	}
	return names
}

// ID returns the entryUUID.
func (g *generic) ID(raw *Raw) string { return foldASCII(raw.GetEqualFoldAttributeValue("entryUUID")) }

// Locate searches for the entryUUID.
func (g *generic) Locate(id string) Search {
	return Search{Below: true, Filter: Equals("entryUUID", id)}
}

// Address returns the DN.
func (g *generic) Address(_, dn string) string { return dn }

// Describe reads the state attribute; the account of Muster itself is protected.
func (g *generic) Describe(raw *Raw, e *bridge.Entry) {
	e.Created = ParseTime(raw.GetEqualFoldAttributeValue("createTimestamp"))
	if CanonicalDN(raw.DN) == CanonicalDN(g.account) {
		e.Protected = "it is the account with which Muster signs in"
	}
	for name, values := range e.Attributes {
		if a := g.schema.Attribute(name); a != nil && a.Syntax == DNText && len(values) > 0 {
			e.Attributes[name] = g.real(values)
		}
	}
	if g.state.Attribute == "" || e.Type != bridge.User {
		return
	}
	e.State = bridge.Enabled
	if raw.GetEqualFoldAttributeValue(g.state.Attribute) == g.state.Disabled {
		e.State = bridge.Disabled
	}
}

// real leaves the placeholder out of the members.
func (g *generic) real(values bridge.Values) bridge.Values {
	for i, v := range values {
		if CanonicalDN(v) == CanonicalDN(g.placeholder) {
			return append(values[:i:i], values[i+1:]...)
		}
	}
	return values
}

// SetState writes the state attribute.
func (g *generic) SetState(_ *Raw, to bridge.AccountState, m *goldap.ModifyRequest) error {
	if g.state.Attribute == "" {
		return bridge.Errorf(bridge.Unsupported, "this directory has no attribute that locks an account; name one in the destination")
	}
	value := []string{g.state.Disabled}
	if to == bridge.Enabled {
		value = []string{}
		if g.state.Enabled != "" {
			value = []string{g.state.Enabled}
		}
	}
	m.Replace(g.state.Attribute, value)
	return nil
}

// Complete adds the member that groupOfNames demands, the state of an account
// that is disabled from the start, and a password that was handed in.
func (g *generic) Complete(_ context.Context, c bridge.Change, handed map[string]bridge.Secret, add *goldap.AddRequest) (map[string]bridge.Secret, error) {
	if c.Type == bridge.Group {
		add.Attribute("member", []string{g.placeholder})
	}
	if c.Type == bridge.User && c.NewState == bridge.Disabled && g.state.Attribute != "" {
		add.Attribute(g.state.Attribute, []string{g.state.Disabled})
	}
	if len(c.Generate) > 0 {
		return nil, notGenerated()
	}
	for name, secret := range handed {
		if foldASCII(name) != foldASCII(passwordAttribute) || c.Type != bridge.User {
			return nil, noSecret(name)
		}
		add.Attribute(passwordAttribute, []string{secret.Reveal()})
	}
	return nil, nil
}

// SetSecrets sets a password as it was handed in: every connection is encrypted
// (Settings), and RFC 4519 section 2.41 leaves it to the server to hash it.
func (g *generic) SetSecrets(handed map[string]bridge.Secret, m *goldap.ModifyRequest) error {
	for name, secret := range handed {
		if foldASCII(name) != foldASCII(passwordAttribute) {
			return noSecret(name)
		}
		m.Replace(passwordAttribute, []string{secret.Reveal()})
	}
	return nil
}

func noSecret(attribute string) error {
	return bridge.Errorf(bridge.Unsupported, "a secret is written to the %s of a user only, not to %s", passwordAttribute, attribute)
}

func notGenerated() error {
	return bridge.Errorf(bridge.Unsupported, "passwords are not generated for a generic directory")
}

// Placeholder is the member that groupOfNames demands.
func (g *generic) Placeholder() string { return g.placeholder }

// Reset is not done: no passwords are generated.
func (g *generic) Reset(context.Context, *Pool, string, bridge.Generated) (bridge.Secret, error) {
	return bridge.Secret{}, notGenerated()
}

// Judge holds back what would store a password in clear text, and an entry
// without what its class demands.
func (g *generic) Judge(e bridge.Entry, create bool) []bridge.Finding {
	var out []bridge.Finding
	if _, given := e.Attributes[passwordAttribute]; given {
		out = append(out, Fault("password", passwordAttribute, "a mapping writes no passwords", "leave userPassword out of the mapping"))
	}
	if create && (e.Type == bridge.User || e.Type == bridge.Contact) {
		for _, name := range []string{"cn", "sn"} {
			if len(e.Attributes[name]) == 0 && (name != "cn" || e.Type != bridge.Contact) {
				out = append(out, Fault("missing", name, "the class person demands "+name, "give "+name+" a rule that always has a value"))
			}
		}
	}
	return out
}

// Fold compares as caseIgnoreMatch does.
func (g *generic) Fold(_, value string) string { return FoldText(value) }

// Canonical leaves comparing to the syntax.
func (g *generic) Canonical(string, bridge.Values) (bridge.Values, bool) { return nil, false }

// Cleared is "": every attribute can be removed.
func (g *generic) Cleared(string) string { return "" }
