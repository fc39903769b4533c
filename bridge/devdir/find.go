package devdir

import (
	"strings"
)

// wellKnown are the GUIDs of MS-ADTS 6.1.1.4 by which containers of the domain may be named.
var wellKnown = map[string]string{
	"a9d1ca15768811d1aded00c04fd8d5cd": "CN=Users",
	"aa312825768811d1aded00c04fd8d5cd": "CN=Computers",
	"a361b2ffffd211d1aa4b00c04fd7d83a": "OU=Domain Controllers",
}

// find gives the entry that a DN of a request names, in any of the forms of
// MS-ADTS 3.1.1.3.1.2.4. The error is an answer: 34, 32 or 10.
func (d *Directory) find(dn string) (*entry, error) {
	if strings.HasPrefix(dn, "<") {
		return d.findAlternative(dn)
	}
	names, err := parseDN(dn)
	if err != nil {
		return nil, badName(dn)
	}
	e, rest := d.descend(names)
	switch {
	case e == nil && len(names) > 0 && strings.EqualFold(names[len(names)-1].kind, "DC"):
		return nil, elsewhere(names)
	case e == nil:
		return nil, noEntry(0x208D, "")
	case len(rest) > 0:
		return nil, noEntry(0x208D, e.dn())
	}
	return e, nil
}

// descend walks from the domain along the names; rest are those that do not exist.
func (d *Directory) descend(names []rdn) (*entry, []rdn) {
	n := len(names) - len(d.root.root)
	if n < 0 {
		return nil, names
	}
	for i, r := range d.root.root {
		if names[n+i].key() != r.key() {
			return nil, names
		}
	}
	e := d.root
	for ; n > 0; n-- {
		kid := e.byKey[names[n-1].key()]
		if kid == nil {
			break
		}
		e = kid
	}
	return e, names[:n]
}

func (d *Directory) findAlternative(dn string) (*entry, error) {
	form, value, ok := strings.Cut(strings.TrimSuffix(dn[1:], ">"), "=")
	if !ok || !strings.HasSuffix(dn, ">") {
		return nil, badName(dn)
	}
	var e *entry
	switch strings.ToUpper(form) {
	case "GUID":
		g, ok := parseGUID(value)
		if !ok {
			return nil, badName(dn)
		}
		e = d.byGUID[g]
	case "SID":
		s, ok := parseSID(value)
		if !ok {
			return nil, badName(dn)
		}
		e = d.bySID(s)
	case "WKGUID":
		id, under, _ := strings.Cut(value, ",")
		if rdn := wellKnown[strings.ToLower(id)]; rdn != "" {
			return d.find(rdn + "," + under)
		}
	default:
		return nil, badName(dn)
	}
	if e == nil {
		return nil, noEntry(0x208D, "")
	}
	return e, nil
}

func (d *Directory) bySID(s sid) *entry {
	for _, e := range d.schema.attribute("objectSid").index.at[string(s)] {
		return e
	}
	return nil
}

// elsewhere refers to another forest, as Windows does for a domain it does not hold.
func elsewhere(names []rdn) *refusal {
	i := 0
	for i < len(names) && !strings.EqualFold(names[i].kind, "DC") {
		i++
	}
	host := dnsDomain(names[i:])
	return &refusal{code: rcReferral, referral: []string{"ldap://" + host + "/" + formatDN(names)},
		text: "0000202B: RefErr: DSID-0310084A, data 0, 1 access points\n\tref 1: '" + host + "'\n\x00"}
}
