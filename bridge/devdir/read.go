package devdir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// hidden attributes are stored or known but never shown nor matched (MS-ADTS 3.1.1.3.1.1.6).
func (a *attribute) hidden() bool {
	switch a.name {
	case "unicodePwd", "dBCSPwd", "ntPwdHistory", "lmPwdHistory", "supplementalCredentials":
		return true
	}
	return false
}

// shownValues gives the values of any attribute as a search returns them: stored,
// references as DNs, back links, and those computed when read.
func (d *Directory) shownValues(e *entry, a *attribute) []string {
	switch {
	case a.hidden():
		return nil
	case a.forward != nil:
		return dns(e.referring(a.forward))
	case a.isDN() && a.name != "distinguishedName":
		return dns(e.linked(a))
	case a.constructed:
		return d.constructed(e, a.name)
	}
	switch a.name {
	case "distinguishedName":
		return []string{e.dn()}
	case "objectGUID":
		return []string{string(e.guid[:])}
	case "name":
		return []string{e.topName().value}
	}
	if e.parent != nil && strings.EqualFold(e.name.kind, a.name) || e.parent == nil && a.name == "dc" {
		return []string{e.topName().value}
	}
	return e.values(a)
}

// topName gives the RDN, of the domain too.
func (e *entry) topName() rdn {
	if e.parent == nil {
		return e.root[0]
	}
	return e.name
}

func dns(list []*entry) []string {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.dn()
	}
	return names
}

// constructed computes the attributes of MS-ADTS 3.1.1.4.5 that a gateway may ask for.
func (d *Directory) constructed(e *entry, name string) []string {
	at := func(n string) []string { return e.values(d.schema.attribute(n)) }
	switch name {
	case "canonicalName":
		return []string{d.canonicalName(e)}
	case "createTimeStamp":
		return at("whenCreated")
	case "modifyTimeStamp":
		return at("whenChanged")
	case "structuralObjectClass":
		return at("objectClass")
	case "primaryGroupToken":
		if e.class.name == "group" {
			return []string{strconv.Itoa(int(sid(e.value(d.schema.attribute("objectSid"))).rid()))}
		}
	case "msDS-User-Account-Control-Computed":
		if at("userAccountControl") != nil {
			return []string{strconv.Itoa(d.computedControl(e))}
		}
	case "subSchemaSubEntry":
		return []string{"CN=Aggregate," + d.schemas.dn()}
	}
	return nil
}

func (d *Directory) computedControl(e *entry) int {
	n := 0
	if d.locked(e) {
		n |= 0x10
	}
	if d.number(e, "pwdLastSet") == 0 || d.mayLogon(e) == logonPwdExpired {
		n |= 0x800000
	}
	return n
}

func (d *Directory) canonicalName(e *entry) string {
	path := ""
	for ; e.parent != nil; e = e.parent {
		path = "/" + strings.ReplaceAll(e.name.value, "/", `\/`) + path
	}
	if path == "" {
		path = "/"
	}
	return d.domain + path
}

// wish is one item of the attribute list of a search.
type wish struct {
	attr        *attribute
	ranged      bool
	first, last int // last -1: to the end
}

// selection says which attributes a search returns (RFC 4511 section 4.5.1.8).
type selection struct {
	all, none, typesOnly bool
	wishes               []wish
}

func (d *Directory) selection(names []string, typesOnly bool) selection {
	s := selection{all: len(names) == 0, typesOnly: typesOnly}
	for _, n := range names {
		switch n {
		case "*":
			s.all = true
		case "1.1":
			s.none = len(names) == 1
		case "+": // no meaning in Active Directory
		default:
			if w, ok := d.wish(n); ok {
				s.wishes = append(s.wishes, w)
			}
		}
	}
	return s
}

func (d *Directory) wish(name string) (wish, bool) {
	base, options, _ := strings.Cut(name, ";")
	w := wish{attr: d.schema.attribute(base), last: -1}
	if w.attr == nil {
		return w, false
	}
	bounds, ok := strings.CutPrefix(strings.ToLower(options), "range=")
	if !ok {
		return w, options == "" || strings.EqualFold(options, "binary")
	}
	from, to, ok := strings.Cut(bounds, "-")
	var err error
	if w.first, err = strconv.Atoi(from); err != nil || !ok || w.first < 0 {
		return w, false
	}
	if to != "*" {
		if w.last, err = strconv.Atoi(to); err != nil || w.last < w.first {
			return w, false
		}
	}
	w.ranged = true
	return w, true
}

// show gives the attributes of an entry that were asked for. The error is result 1,
// for a range past the end.
func (d *Directory) show(e *entry, s selection, lenientRange bool) ([]shown, error) {
	if s.none {
		return nil, nil
	}
	var list []shown
	if s.all {
		for _, a := range d.stored(e) {
			list = append(list, d.ranged(a, d.shownValues(e, a)))
		}
	}
	for _, w := range s.wishes {
		if s.all && !w.ranged && slices.ContainsFunc(list, func(x shown) bool { return x.name == w.attr.name }) {
			continue
		}
		one, err := d.grant(e, w, lenientRange)
		if err != nil {
			return nil, err
		}
		list = append(list, one...)
	}
	if s.typesOnly {
		for i := range list {
			list[i].values = nil
		}
	}
	return list, nil
}

func (d *Directory) grant(e *entry, w wish, lenientRange bool) ([]shown, error) {
	values := d.shownValues(e, w.attr)
	switch {
	case len(values) == 0:
		return nil, nil
	case !w.ranged:
		return announced(d.ranged(w.attr, values)), nil
	case w.first >= len(values) && lenientRange:
		return []shown{{name: fmt.Sprintf("%s;range=%d-*", w.attr.name, w.first)}}, nil
	case w.first >= len(values):
		return nil, ldapErr(rcOperations, 0x57, "Error processing requested range")
	}
	end := min(len(values), w.first+d.opt.MaxValRange)
	if w.last >= 0 {
		end = min(end, w.last+1)
	}
	upper := strconv.Itoa(end - 1)
	if end == len(values) {
		upper = "*"
	}
	return []shown{{fmt.Sprintf("%s;range=%d-%s", w.attr.name, w.first, upper), values[w.first:end]}}, nil
}

// announced puts the plain name, without values, before a list that was cut.
func announced(one shown) []shown {
	if strings.Contains(one.name, ";") {
		return []shown{{name: strings.SplitN(one.name, ";", 2)[0]}, one}
	}
	return []shown{one}
}

// ranged cuts a long list of values at MaxValRange and says so in the name (MS-ADTS 3.1.1.3.1.3.3).
func (d *Directory) ranged(a *attribute, values []string) shown {
	if len(values) <= d.opt.MaxValRange {
		return shown{a.name, values}
	}
	return shown{fmt.Sprintf("%s;range=0-%d", a.name, d.opt.MaxValRange-1), values[:d.opt.MaxValRange]}
}

// stored gives the attributes that a search for all returns: those held, the
// references both ways, the name and the GUID.
func (d *Directory) stored(e *entry) []*attribute {
	names := []string{"objectClass", e.topName().kind, "distinguishedName", "name", "objectGUID"}
	var attributes []*attribute
	for _, n := range names {
		attributes = append(attributes, d.schema.attribute(n))
	}
	for _, h := range e.held {
		if h.attr.name != "objectClass" && !h.attr.hidden() {
			attributes = append(attributes, h.attr)
		}
	}
	for _, l := range e.links {
		attributes = append(attributes, l.attr)
	}
	for _, l := range e.back {
		if b := d.schema.backOf[l.attr]; b != nil {
			attributes = append(attributes, b)
		}
	}
	return attributes
}
