package ad

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// Directory is one Active Directory domain.
type Directory struct {
	*ldap.Directory
	identity   string
	privileged *privileged
}

var _ bridge.Destination = (*Directory)(nil)

// Identity is the objectGUID of the domain: it is the same at every domain
// controller and differs from that of any other domain of the same name.
func (d *Directory) Identity() string { return d.identity }

// List yields every entry that the query names, a page at a time. It is
// incomplete if it ends with an error.
func (d *Directory) List(ctx context.Context, q bridge.Query) iter.Seq2[bridge.Entry, error] {
	return func(yield func(bridge.Entry, error) bool) {
		if err := d.privileged.refresh(ctx); err != nil {
			yield(bridge.Entry{}, err)
			return
		}
		d.Directory.List(ctx, q)(yield)
	}
}

// Get returns the entry that ref names, wherever it is.
func (d *Directory) Get(ctx context.Context, ref bridge.Ref, q bridge.Query) (bridge.Entry, error) {
	if err := d.privileged.refresh(ctx); err != nil {
		return bridge.Entry{}, err
	}
	return d.Directory.Get(ctx, ref, q)
}

// Find returns at most two entries whose attribute has the value.
func (d *Directory) Find(ctx context.Context, q bridge.Query, attribute, value string) ([]bridge.Entry, error) {
	if err := d.privileged.refresh(ctx); err != nil {
		return nil, err
	}
	return d.Directory.Find(ctx, q, attribute, value)
}

// Apply does one change, after looking whether the entry is still as the plan
// found it and has not become one that must never be changed.
func (d *Directory) Apply(ctx context.Context, c bridge.Change, secrets map[string]bridge.Secret) (bridge.Applied, error) {
	if err := d.privileged.refresh(ctx); err != nil {
		return bridge.Applied{}, err
	}
	return d.Directory.Apply(ctx, c, secrets)
}

// Reset sets a new password on an entry.
func (d *Directory) Reset(ctx context.Context, ref bridge.Ref, g bridge.Generated) (bridge.Secret, error) {
	if err := d.privileged.refresh(ctx); err != nil {
		return bridge.Secret{}, err
	}
	return d.Directory.Reset(ctx, ref, g)
}

// Naming is how Active Directory names the entries of each object type
// (MS-ADSC). Contacts and users share objectCategory, so users are recognised by
// sAMAccountType, which is indexed.
func Naming() map[bridge.ObjectType]ldap.Naming {
	user := ldap.Naming{RDN: "CN", Classes: []string{"top", "person", "organizationalPerson", "user"}, Filter: "(sAMAccountType=805306368)"}
	return map[bridge.ObjectType]ldap.Naming{
		bridge.User:    user,
		bridge.Mailbox: user,
		bridge.Contact: {RDN: "CN", Classes: []string{"top", "person", "organizationalPerson", "contact"}},
		bridge.Group:   {RDN: "CN", Classes: []string{"top", "group"}, Members: "member"},
		bridge.OrgUnit: {RDN: "OU", Classes: []string{"top", "organizationalUnit"}},
	}
}

// Open connects to a domain controller and reads the schema, the password
// policy, Muster's own account and who belongs to the administrators' groups.
func Open(ctx context.Context, s ldap.Settings) (*Directory, error) {
	pool, err := ldap.Dial(ctx, s)
	if err != nil {
		return nil, err
	}
	d, err := open(ctx, pool, s)
	if err != nil {
		pool.Close()
	}
	return d, err
}

func open(ctx context.Context, pool *ldap.Pool, s ldap.Settings) (*Directory, error) {
	if pool.Root().First("schemaNamingContext") == "" {
		return nil, bridge.Errorf(bridge.Invalid, "%s is no Active Directory domain controller; set the destination's type to ldap", pool.Server())
	}
	schema, err := readSchema(ctx, pool)
	if err != nil {
		return nil, err
	}
	d := &domain{schema: schema, dns: dnsName(pool.Base())}
	if err := d.readPolicy(ctx, pool); err != nil {
		return nil, err
	}
	if err := d.readSuffixes(ctx, pool); err != nil {
		return nil, err
	}
	if err := d.readSelf(ctx, pool, s.BindDN); err != nil {
		return nil, err
	}
	d.privileged = newPrivileged(pool, d.sid)
	if err := d.privileged.read(ctx); err != nil {
		return nil, err
	}
	return &Directory{ldap.New(pool, schema, d, Naming()), d.identity, d.privileged}, nil
}

// domain is the dialect of one domain.
type domain struct {
	schema   *ldap.Schema
	dns      string   // of the domain: corp.example.com
	suffixes []string // of user principal names
	self     string   // GUID of Muster's account
	least    int      // characters of a password
	identity string   // GUID of the domain
	sid      []byte   // of the domain

	privileged *privileged
}

var _ ldap.Dialect = (*domain)(nil)

// dnsName is the DNS name of a domain's DN.
func dnsName(base string) string {
	names, err := ldap.ParseDN(base)
	if err != nil {
		return ""
	}
	var labels []string
	for _, rdn := range names {
		if strings.EqualFold(rdn[0].Type, "dc") {
			labels = append(labels, rdn[0].Value)
		}
	}
	return strings.Join(labels, ".")
}

// readPolicy reads the domain's GUID, its SID and the least length of passwords (MS-ADA2
// minPwdLength).
func (d *domain) readPolicy(ctx context.Context, p *ldap.Pool) error {
	found, err := p.Search(ctx, ldap.Search{Base: p.Root().First("defaultNamingContext"), Attributes: []string{"minPwdLength", "objectGUID", "objectSid"}})
	if err != nil {
		return err
	}
	for _, raw := range found {
		d.identity, d.sid = d.ID(raw), raw.GetEqualFoldRawAttributeValue("objectSid")
		if n, err := strconv.Atoi(raw.GetEqualFoldAttributeValue("minPwdLength")); err == nil {
			d.least = n
		}
	}
	if d.identity == "" || len(d.sid) == 0 {
		return bridge.Errorf(bridge.Unavailable, "the domain's entry %s cannot be read; Muster's account needs the right to read it", p.Base())
	}
	return nil
}

// readSuffixes reads the suffixes that user principal names may have besides
// the domain (MS-ADA3 uPNSuffixes).
func (d *domain) readSuffixes(ctx context.Context, p *ldap.Pool) error {
	d.suffixes = []string{d.dns}
	if root := dnsName(p.Root().First("rootDomainNamingContext")); root != "" && root != d.dns {
		d.suffixes = append(d.suffixes, root)
	}
	found, err := p.Search(ctx, ldap.Search{Base: "CN=Partitions," + p.Root().First("configurationNamingContext"), Attributes: []string{"uPNSuffixes"}})
	if bridge.IsKind(err, bridge.NotFound) || bridge.IsKind(err, bridge.Forbidden) {
		return nil // no further suffixes that Muster may know of
	}
	for _, raw := range found {
		d.suffixes = append(d.suffixes, raw.GetEqualFoldAttributeValues("uPNSuffixes")...)
	}
	return err
}

// readSelf finds Muster's own account, which it must never change. The name is
// a DN, a user principal name or DOMAIN\account (MS-ADTS 5.1.1.1.1).
func (d *domain) readSelf(ctx context.Context, p *ldap.Pool, name string) error {
	ask := []string{"objectGUID"}
	searches := []ldap.Search{{Base: name, Attributes: ask}}
	if _, err := ldap.ParseDN(name); err != nil {
		base := p.Root().First("defaultNamingContext")
		local, _, _ := strings.Cut(name, "@")
		if _, after, ok := strings.Cut(name, `\`); ok {
			local = after
		}
		searches = []ldap.Search{{Base: base, Below: true, Attributes: ask, Filter: ldap.Equals("userPrincipalName", name)},
			{Base: base, Below: true, Attributes: ask, Filter: ldap.Equals("sAMAccountName", local)}}
	}
	for _, search := range searches {
		found, err := p.Search(ctx, search)
		if bridge.IsKind(err, bridge.Unavailable) {
			return err
		}
		for _, raw := range found {
			d.self = d.ID(raw)
			return nil
		}
	}
	return nil
}
