package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/muster-idm/muster/cmd/muster/demo"
)

// wanted is an entry as a careful clerk would write it, from the clean values of
// the sources alone: nothing here asks a mapping.
type wanted struct {
	place      []string            // containers, from the innermost, below the test's own
	attributes map[string][]string // all that are not the system's; names in the spelling of the schema
	account    *regexp.Regexp      // form of sAMAccountName, which is free to choose
	manager    string              // key
	members    []string            // keys
}

func (w *wanted) set(name string, values ...string) {
	if len(values) == 1 && values[0] == "" {
		return
	}
	w.attributes[name] = values
}

// wantedPeople are all persons of all jobs, by key.
func (c *census) wantedPeople() map[string]*wanted {
	out := map[string]*wanted{}
	departments := map[string]string{}
	for _, d := range demo.Departments() {
		departments[d.Code] = d.Name
	}
	names := namesakes{}
	for _, p := range c.employees {
		w := person(p, p.Given, names, departments[p.Department], "Staff")
		w.account = accountForm("d-", p.Given, p.Family)
		w.set("employeeID", p.Key)
		w.set("title", p.Title)
		w.set("department", departments[p.Department])
		w.set("description", "Since "+p.Began)
		w.set("l", p.Location)
		w.setAccount(p)
		if p.Manager != "E9999" { // who is nobody
			w.manager = p.Manager
		}
		out[p.Key] = w
	}
	for _, p := range c.partners {
		w := person(p, p.Given, names, "Partners")
		w.set("objectClass", "contact", "organizationalPerson", "person", "top")
		w.set("company", p.Company)
		w.set("mail", p.Mail)
		out[p.Key] = w
	}
	for _, b := range c.boxes {
		b.Phone, b.Country, b.Ended = "", "", "" // which their table has not
		w := person(b.Person, b.given, names, "Mailboxes")
		w.account = accountForm("", b.given, b.Family)
		w.set("employeeID", b.Key)
		w.set("title", b.Title)
		w.setAccount(b.Person)
		w.setMailbox(b)
		out[b.Key] = w
	}
	return out
}

// person is what employees, partners and mailboxes have alike.
func person(p demo.Person, given string, names namesakes, place ...string) *wanted {
	w := &wanted{place: place, attributes: map[string][]string{}}
	display := strings.TrimSpace(given + " " + p.Family)
	w.set("cn", names.choose(display, p.Key, place))
	w.set("givenName", given)
	w.set("sn", p.Family)
	w.set("displayName", display)
	w.set("telephoneNumber", p.Phone)
	if p.Country != "" {
		w.set("c", p.Country)
		w.set("co", map[string]string{"DE": "Germany", "GB": "United Kingdom", "FR": "France", "SE": "Sweden"}[p.Country])
		w.set("countryCode", map[string]string{"DE": "276", "GB": "826", "FR": "250", "SE": "752"}[p.Country])
	}
	return w
}

// setAccount states what an account has. It expires when the last day is over
// in Berlin, counted as Windows does (MS-DTYP 2.3.3).
func (w *wanted) setAccount(p demo.Person) {
	w.set("objectClass", "organizationalPerson", "person", "top", "user")
	w.set("pwdLastSet", "0")
	w.set("userAccountControl", map[bool]string{false: "512", true: "514"}[p.Left()])
	w.set("accountExpires", "9223372036854775807")
	if p.Country == "" {
		w.set("countryCode", "0") // the directory's own
	}
	if p.Ended == "" {
		return
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.UTC // and the comparison fails
	}
	last, err := time.ParseInLocation(time.DateOnly, p.Ended, berlin)
	if err != nil {
		last = time.Time{}
	}
	w.set("accountExpires", fmt.Sprint((last.AddDate(0, 0, 1).Unix()+11644473600)*10_000_000))
}

func (w *wanted) setMailbox(b box) {
	w.set("mail", b.mail)
	w.set("mailNickname", b.alias)
	w.set("proxyAddresses", "SMTP:"+b.mail)
	local, _, _ := strings.Cut(b.mail, "@")
	w.set("targetAddress", "SMTP:"+local+"@d-tenant.mail.onmicrosoft.com")
	w.set("msExchRecipientTypeDetails", "2147483648")
	w.set("msExchRecipientDisplayType", "-2147483642")
	w.set("msExchRemoteRecipientType", "1")
	w.set("msExchHideFromAddressLists", b.hidden)
}

// wantedGroups are all groups of both jobs, by key.
func (c *census) wantedGroups() map[string]*wanted {
	out := map[string]*wanted{}
	group := func(b band, place, kind string) {
		w := &wanted{place: []string{place}, attributes: map[string][]string{}, members: b.members, account: regexp.MustCompile("^" + b.account + "$")}
		w.set("objectClass", "group", "top")
		w.set("cn", b.name)
		w.set("displayName", b.name)
		w.set("description", b.description)
		w.set("groupType", kind)
		out[b.key] = w
	}
	for _, b := range c.teams {
		group(b, "Teams", "-2147483646")
	}
	for _, b := range c.clubs {
		group(b, "Clubs", "8")
	}
	return out
}

// namesakes counts who is in a container already under a name, whatever its case.
type namesakes map[string]int

// choose gives the first of a name the name, and others the name with the key,
// within the 64 characters of a cn.
func (n namesakes) choose(name, key string, place []string) string {
	at := strings.ToLower(cut(name, 64) + "\n" + strings.Join(place, "\n"))
	n[at]++
	if n[at] == 1 {
		return cut(name, 64)
	}
	return cut(name, 61-len(key)) + " (" + key + ")"
}

func cut(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:length]))
}

// accountForm is what an account name must look like: plain, and for names that
// are plain themselves their beginning, with a number for namesakes.
func accountForm(prefix, given, family string) *regexp.Regexp {
	const anyName = `[a-z0-9][a-z0-9.]*`
	plain := regexp.MustCompile("^[A-Za-z]{1,8} [A-Za-z]+$")
	if !plain.MatchString(given + " " + family) {
		return regexp.MustCompile("^" + prefix + anyName + "$")
	}
	return regexp.MustCompile("^" + prefix + strings.ToLower(given) + `\.` + strings.ToLower(family[:min(3, len(family))]) + "[a-z0-9]*$")
}
