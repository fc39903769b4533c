package main

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// entries are attributes by the name of their entry. Names of entries, also
// those in values, end before the test's own container.
type entries map[string]map[string][]string

// admin is a connection of the directory's administrator.
func (p *premises) admin() *goldap.Conn {
	p.t.Helper()
	return servers.Connect(p.t, p.server)
}

// directory reads every account and group of the test. enabled says whether an
// account may sign in.
func (p *premises) directory() entries {
	p.t.Helper()
	conn := p.admin()
	defer conn.Close()
	search := goldap.NewSearchRequest(p.ou, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(|(objectClass=user)(objectClass=group))", []string{"*"}, nil)
	found, err := conn.Search(search)
	p.must(err)
	all := entries{}
	for _, e := range found.Entries {
		values := map[string][]string{}
		for _, a := range e.Attributes {
			name := strings.ToLower(a.Name)
			for _, v := range a.Values {
				values[name] = append(values[name], p.short(v))
			}
			slices.Sort(values[name])
		}
		if flags, err := strconv.Atoi(e.GetAttributeValue("userAccountControl")); err == nil {
			values["enabled"] = []string{strconv.FormatBool(flags&2 == 0)}
		}
		all[p.short(e.DN)] = values
	}
	return all
}

func (p *premises) short(dn string) string {
	if at := len(dn) - len(p.ou) - 1; at > 0 && strings.EqualFold(dn[at:], ","+p.ou) {
		return dn[:at]
	}
	return dn
}

// holds says that the directory has the entries of a text and no others. Each
// entry is a line, and below it stand attributes, indented: "title: Engineer",
// or "title:" for none. What is not named is not looked at.
func (p *premises) holds(text string) {
	p.t.Helper()
	want, got, all := p.read(text), entries{}, p.directory()
	for dn, values := range all {
		got[dn] = map[string][]string{}
		for name := range want[dn] {
			got[dn][name] = values[name]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("the directory (-want +got):\n%s", diff)
	}
}

// read reads entries as holds has them.
func (p *premises) read(text string) entries {
	p.t.Helper()
	all, dn := entries{}, ""
	for line := range strings.Lines(p.filled(text)) {
		name, value, isAttribute := strings.Cut(strings.TrimSpace(line), ": ")
		switch indented := strings.HasPrefix(line, " "); {
		case name == "":
		case !indented:
			dn = strings.TrimSpace(line)
			all[dn] = map[string][]string{}
		case isAttribute:
			name = strings.ToLower(name)
			all[dn][name] = append(all[dn][name], value)
			slices.Sort(all[dn][name])
		default:
			all[dn][strings.ToLower(strings.TrimSuffix(name, ":"))] = nil
		}
	}
	return all
}

// byHand writes to the directory as somebody else does. Each line is "add DN"
// or "modify DN" or "delete DN"; below an add stand attributes, below a modify
// attributes with +, - or = before them. password stands for unicodePwd.
func (p *premises) byHand(text string) {
	p.t.Helper()
	conn := p.admin()
	defer conn.Close()
	var send func() error
	flush := func() {
		if send != nil {
			p.must(send())
		}
	}
	var add *goldap.AddRequest
	var modify *goldap.ModifyRequest
	for line := range strings.Lines(p.filled(text)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		dn := rest + "," + p.ou
		name, value, _ := strings.Cut(rest, ": ")
		switch word {
		case "":
		case "add":
			flush()
			add = goldap.NewAddRequest(dn, nil)
			send = func() error { return conn.Add(add) }
		case "modify":
			flush()
			modify = goldap.NewModifyRequest(dn, nil)
			send = func() error { return conn.Modify(modify) }
		case "delete":
			flush()
			send = func() error { return conn.Del(goldap.NewDelRequest(dn, nil)) }
		case "+":
			modify.Add(name, []string{value})
		case "-":
			modify.Delete(name, []string{value})
		case "=":
			modify.Replace(name, []string{value})
		case "password:":
			add.Attribute("unicodePwd", []string{quotedUTF16(rest)})
		default:
			add.Attribute(strings.TrimSuffix(word, ":"), []string{rest})
		}
	}
	flush()
}

// quotedUTF16 is a password as Active Directory takes it (MS-ADTS 3.1.1.3.1.5.1).
func quotedUTF16(password string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(`"` + password + `"`)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

// signsIn says whether the account at a DN opens with a password.
func (p *premises) signsIn(dn, password string) bool {
	p.t.Helper()
	trust, err := p.server.TLS()
	p.must(err)
	conn, err := goldap.DialURL(p.server.URL, goldap.DialWithTLSConfig(trust))
	p.must(err)
	defer conn.Close()
	err = conn.Bind(dn+","+p.ou, password)
	if err != nil && !goldap.IsErrorWithCode(err, goldap.LDAPResultInvalidCredentials) {
		p.t.Fatal(err)
	}
	return err == nil
}
