package ldap

import (
	"context"
	"slices"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// Root is a server's rootDSE: what it says of itself (RFC 4512 section 5.1).
type Root map[string][]string

// First returns the first value of the first of the attributes that has one.
func (r Root) First(attributes ...string) string {
	for _, a := range attributes {
		if v := r[foldASCII(a)]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// Supports says whether the server announces the control.
func (r Root) Supports(oid string) bool { return slices.Contains(r["supportedcontrol"], oid) }

func (p *Pool) readRoot(ctx context.Context) (Root, error) {
	var root Root
	err := p.read(ctx, "read the rootDSE", func(c *goldap.Conn) error {
		found, err := c.Search(goldap.NewSearchRequest("", goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false,
			anything, []string{"*", "+"}, nil))
		if err != nil || len(found.Entries) != 1 {
			return err
		}
		root = make(Root, len(found.Entries[0].Attributes))
		for _, a := range found.Entries[0].Attributes {
			root[foldASCII(a.Name)] = a.Values
		}
		return nil
	})
	if err == nil && root == nil {
		return nil, bridge.Errorf(bridge.Unavailable, "the server shows no rootDSE; is it an LDAP directory")
	}
	return root, err
}
