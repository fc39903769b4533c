package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// found is the test's part of the directory as plain LDAP reads it.
type found struct {
	people     map[string]*goldap.Entry // by key
	groups     map[string]*goldap.Entry
	containers map[string]bool   // DN
	numbers    map[string]string // uSNChanged by objectGUID, of everything
}

// read reads all entries, each with all attributes.
func (c *census) read() found {
	c.t.Helper()
	request := goldap.NewSearchRequest(c.ou, goldap.ScopeWholeSubtree, 0, 0, 0, false, "(objectClass=*)", []string{"*"}, nil)
	all, err := servers.Connect(c.t, c.server).SearchWithPaging(request, 500)
	if err != nil {
		c.t.Fatal(err)
	}
	f := found{people: map[string]*goldap.Entry{}, groups: map[string]*goldap.Entry{}, containers: map[string]bool{}, numbers: map[string]string{}}
	mails, names := map[string]string{}, map[string]string{}
	for _, p := range c.partners {
		mails[p.Mail] = p.Key
	}
	for _, b := range append(slices.Clone(c.teams), c.clubs...) {
		names[b.name] = b.key
	}
	for _, e := range all.Entries {
		f.numbers[e.GetAttributeValue("objectGUID")] = e.GetAttributeValue("uSNChanged")
		key, into := e.GetAttributeValue("employeeID"), f.people
		switch classes := e.GetAttributeValues("objectClass"); {
		case slices.Contains(classes, "organizationalUnit"):
			f.containers[e.DN] = true
			continue
		case slices.Contains(classes, "contact"):
			key = mails[e.GetAttributeValue("mail")]
		case slices.Contains(classes, "group"):
			key, into = names[e.GetAttributeValue("cn")], f.groups
		}
		if into[key] != nil || key == "" {
			c.t.Errorf("%s has the key %q, as another has or nobody", e.DN, key)
		}
		into[key] = e
	}
	return f
}

// system are the attributes that the directory writes by itself, and those that
// are judged by other means.
var system = []string{"objectGUID", "objectSid", "objectCategory", "distinguishedName", "name", "instanceType", "whenCreated", "whenChanged", "uSNCreated", "uSNChanged",
	"dSCorePropagationData", "badPwdCount", "badPasswordTime", "codePage", "lastLogoff", "lastLogon", "logonCount", "primaryGroupID", "sAMAccountType",
	"memberOf", "directReports", "manager", "member", "sAMAccountName", "userPrincipalName"}

// compare holds every entry against what is wanted.
func (c *census) compare(f found) {
	c.t.Helper()
	people, groups := c.wantedPeople(), c.wantedGroups()
	accounts, principals := map[string]string{}, map[string]string{}
	for _, kind := range []struct {
		have map[string]*goldap.Entry
		want map[string]*wanted
	}{{f.people, people}, {f.groups, groups}} {
		if len(kind.have) != len(kind.want) {
			c.t.Errorf("there are %d entries, wanted are %d", len(kind.have), len(kind.want))
		}
		for _, key := range slices.Sorted(maps.Keys(kind.want)) {
			e, w := kind.have[key], kind.want[key]
			if e == nil {
				c.t.Errorf("%s has no entry", key)
				continue
			}
			for _, problem := range slices.Concat(attributesOf(e, w), c.placeOf(e, w), referencesOf(e, w, f.people), accountOf(key, e, w, accounts, principals)) {
				c.t.Errorf("%s: %s", key, problem)
			}
		}
	}
	if want := 6 + 10; len(f.containers) != want { // the test's own, one for each job, one for each department
		c.t.Errorf("there are %d containers, wanted are %d", len(f.containers), want)
	}
}

// attributesOf says in which attributes an entry differs: nothing may be
// missing, and nothing may be there that nobody wanted.
func attributesOf(e *goldap.Entry, w *wanted) (problems []string) {
	have := map[string][]string{}
	for _, a := range e.Attributes {
		if !slices.Contains(system, a.Name) {
			have[a.Name] = slices.Sorted(slices.Values(a.Values))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.attributes)) {
		if !slices.Equal(have[name], w.attributes[name]) {
			problems = append(problems, fmt.Sprintf("%s is %q, wanted is %q", name, have[name], w.attributes[name]))
		}
		delete(have, name)
	}
	for name, values := range have {
		problems = append(problems, fmt.Sprintf("%s is %q, which nobody wanted", name, values))
	}
	return problems
}

// placeOf says whether an entry is not in its container or not under its name.
func (c *census) placeOf(e *goldap.Entry, w *wanted) []string {
	own, err := goldap.ParseDN(c.ou)
	if err != nil {
		return []string{err.Error()}
	}
	names, err := goldap.ParseDN(e.DN)
	if err != nil {
		return []string{err.Error()}
	}
	want := append([]string{w.attributes["cn"][0]}, w.place...)
	for _, rdn := range own.RDNs {
		want = append(want, rdn.Attributes[0].Value)
	}
	var have []string
	for _, rdn := range names.RDNs {
		have = append(have, rdn.Attributes[0].Value)
	}
	if !slices.Equal(have, want) {
		return []string{fmt.Sprintf("it is at %q, wanted is %q", have, want)}
	}
	return nil
}

// referencesOf compares manager and members with the entries of their keys.
func referencesOf(e *goldap.Entry, w *wanted, people map[string]*goldap.Entry) (problems []string) {
	dn := func(key string) string {
		if key == "" || people[key] == nil {
			return ""
		}
		return people[key].DN
	}
	if have := e.GetAttributeValue("manager"); have != dn(w.manager) {
		problems = append(problems, fmt.Sprintf("manager is %q, wanted is %q", have, dn(w.manager)))
	}
	var want []string
	for _, key := range w.members {
		want = append(want, dn(key))
	}
	slices.Sort(want)
	if have := slices.Sorted(slices.Values(e.GetAttributeValues("member"))); !slices.Equal(have, want) {
		problems = append(problems, fmt.Sprintf("it has %d members, wanted are %d, or others", len(have), len(want)))
	}
	return problems
}

// accountOf judges the names that may be chosen: plain, short, and nobody else's.
func accountOf(key string, e *goldap.Entry, w *wanted, accounts, principals map[string]string) (problems []string) {
	account, principal := e.GetAttributeValue("sAMAccountName"), e.GetAttributeValue("userPrincipalName")
	if w.account == nil {
		if account != "" || principal != "" {
			problems = append(problems, fmt.Sprintf("it has an account: %s, %s", account, principal))
		}
		return problems
	}
	person := w.attributes["employeeID"] != nil
	if !w.account.MatchString(account) || person && len(account) > 20 {
		problems = append(problems, fmt.Sprintf("sAMAccountName is %q, wanted is %s", account, w.account))
	}
	if other, taken := accounts[strings.ToLower(account)]; taken {
		problems = append(problems, fmt.Sprintf("sAMAccountName %s is that of %s", account, other))
	}
	accounts[strings.ToLower(account)] = key
	local, domain, _ := strings.Cut(principal, "@")
	if person && (domain != "corp.example.com" || local == "" || strings.Trim(local, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "") {
		problems = append(problems, fmt.Sprintf("userPrincipalName is %q", principal))
	}
	if other, taken := principals[strings.ToLower(principal)]; taken && person {
		problems = append(problems, fmt.Sprintf("userPrincipalName %s is that of %s", principal, other))
	}
	principals[strings.ToLower(principal)] = key
	return problems
}
