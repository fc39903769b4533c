package devdir

import (
	"bytes"
	"context"
	"slices"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// FuzzMessage sends octets as an administrator would: nothing a client says may
// end the server, and what is refused leaves the directory as it was.
func FuzzMessage(f *testing.F) {
	for _, filter := range []string{"(cn=*)", "(&(a=b)(!(c=d))(|(cn=x*y*z)(uSNChanged>=1)))", "(member:1.2.840.113556.1.4.1941:=CN=Users,DC=x)", "(objectGUID=\\00)"} {
		p, err := ldap.CompileFilter(filter)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(envelope(1, searchRequest("DC=x", p, "*", "member;range=0-*"), nil))
		f.Add(envelope(1, searchRequest("DC=x", p), []control{{oidPaged, true, pageControl(10, "")}}))
	}
	f.Add(envelope(1, contextless(tagDelete, "CN=Users,DC=x"), nil))
	f.Add(envelope(2, addRequest("CN=a,DC=x", "objectClass", "container"), nil))
	f.Add(envelope(2, addRequest(`CN=a\,b,CN=Users,DC=x`, "objectClass", "user", "sAMAccountName", "a"), nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if framed, err := readMessage(bytes.NewReader(b)); err == nil {
			b = framed
		}
		m, err := decode(b)
		if err != nil {
			return
		}
		d, err := New(Options{Base: "DC=x", AdminPassword: "x"})
		if err != nil {
			t.Fatal(err)
		}
		c := &connection{Directory: d, secure: true, who: d.account(`X\Administrator`)}
		before := d.Count()
		for _, answer := range c.dispatch(context.Background(), m, nil) {
			if _, err := ber.DecodePacketErr(answer); err != nil {
				t.Error(err)
			}
		}
		if len(d.Log()) == 0 && d.Count() != before {
			t.Error("a refused request changed the directory")
		}
		if err := d.consistent(); err != "" {
			t.Error(err)
		}
	})
}

// FuzzDN reads names and writes them again.
func FuzzDN(f *testing.F) {
	for _, s := range []string{`CN=Doe\, Jane,DC=x`, `CN="a,b";OU=\23 x\20,DC=x`, `CN=a\=b`, `CN=#41,DC=x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		names, err := parseDN(s)
		if err != nil {
			return
		}
		again, err := parseDN(formatDN(names))
		if err != nil {
			t.Fatalf("%q became %q: %v", s, formatDN(names), err)
		}
		for i := range names {
			if names[i].value != again[i].value {
				t.Fatalf("%q became %q", names[i].value, again[i].value)
			}
		}
	})
}

// consistent says what is wrong with the links and the tree, if anything is.
func (d *Directory) consistent() string {
	for _, e := range d.byGUID {
		if e.parent != nil && (e.parent.byKey[e.name.key()] != e || !slices.Contains(e.parent.kids, e)) {
			return "an entry is lost to its parent"
		}
		for _, l := range e.links {
			for _, target := range l.set.list {
				if target.gone || d.byGUID[target.guid] != target || !slices.Contains(target.referring(l.attr), e) {
					return "a link has one end"
				}
			}
		}
		for _, l := range e.back {
			for _, from := range l.set.list {
				if from.gone || !from.refers(l.attr, e) {
					return "a back link has one end"
				}
			}
		}
	}
	return ""
}

func contextless(tag ber.Tag, s string) *ber.Packet {
	return ber.NewString(ber.ClassApplication, ber.TypePrimitive, tag, s, "")
}

func number(tag ber.Tag, n int) *ber.Packet {
	return ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, tag, n, "")
}

func searchRequest(base string, filter *ber.Packet, names ...string) *ber.Packet {
	p := application(tagSearch)
	for _, part := range []*ber.Packet{octets(base), number(ber.TagEnumerated, scopeSub), number(ber.TagEnumerated, 0), number(ber.TagInteger, 0),
		number(ber.TagInteger, 0), ber.NewBoolean(ber.ClassUniversal, ber.TypePrimitive, ber.TagBoolean, false, ""), filter} {
		p.AppendChild(part)
	}
	list := ber.NewSequence("")
	for _, n := range names {
		list.AppendChild(octets(n))
	}
	p.AppendChild(list)
	return p
}

func addRequest(dn string, pairs ...string) *ber.Packet {
	p := application(tagAdd)
	p.AppendChild(octets(dn))
	list := ber.NewSequence("")
	for i := 0; i+1 < len(pairs); i += 2 {
		one, set := ber.NewSequence(""), ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		set.AppendChild(octets(pairs[i+1]))
		one.AppendChild(octets(pairs[i]))
		one.AppendChild(set)
		list.AppendChild(one)
	}
	p.AppendChild(list)
	return p
}
