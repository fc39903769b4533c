package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// clientCheck finds what is wrong with one connection that is pushed.
type clientCheck struct {
	*reader
	file   *File
	client *Client
	path   string
}

func (c clientCheck) at(key string) string { return c.path + "." + key }

var clientName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func (c clientCheck) check() {
	name := c.client.Name
	switch {
	case !c.has(c.at("name")):
	case !clientName.MatchString(name):
		c.fault(c.at("name"), fmt.Sprintf("the name %q cannot stand in an address", name), "small letters, digits and hyphens, at most 63")
	case name == "v2":
		c.fault(c.at("name"), `the name "v2" is the version of SCIM in the address`, "choose another name")
	}
	whole := jobCheck{reader: c.reader, file: c.file, path: c.path, job: &Job{Destination: c.client.Destination, Zone: c.client.Zone, Country: c.client.Country, Domain: c.client.Domain}}
	whole.refers("destination", c.client.Destination, "destination", namesOf(c.file.Destinations, func(d Destination) string { return d.Name }))
	whole.words()
	if !c.has(c.at("users")) && !c.has(c.at("groups")) {
		c.fault(c.path, "it accepts neither users nor groups", "write what becomes of them as users and groups")
	}
	for _, t := range []bridge.ObjectType{bridge.User, bridge.Group} {
		if c.client.Accepts(t) {
			c.stream(t)
		}
	}
	c.extensions()
	c.numbers()
	c.oauth()
}

// stream checks a stream as the job that it is.
func (c clientCheck) stream(t bridge.ObjectType) {
	job, part := c.client.job(t)
	s := jobCheck{reader: c.reader, file: c.file, around: &File{}, job: job, path: c.at(part), pushed: true}
	s.places()
	s.policy()
	s.attributes()
	s.tests()
	for i, name := range job.MembersFrom {
		if path := c.item(s.at("members_from"), i); c.has(path) {
			s.memberJob(path, name)
		}
	}
}

// source is a stream or job whose records may be members.
type memberSource struct{ name, destination string }

// memberSources are all jobs and streams of the file.
func (f *File) memberSources() []memberSource {
	var out []memberSource
	for _, j := range f.Jobs {
		out = append(out, memberSource{j.Name, j.Destination})
	}
	for i := range f.Connections {
		for _, name := range f.Connections[i].streams() {
			out = append(out, memberSource{name, f.Connections[i].Destination})
		}
	}
	return out
}

// least refuses numbers that are stated and too small.
func (c clientCheck) least(key string, given, least int, why string) {
	if c.has(c.at(key)) && !c.broken[c.at(key)] && given < least {
		c.fault(c.at(key), fmt.Sprintf("%s: %d is less than %d", leaf(key), given, least), why)
	}
}

func (c clientCheck) numbers() {
	k := c.client
	if c.has(c.at("over_limit")) && k.OverLimit != 429 && k.OverLimit != 503 {
		c.fault(c.at("over_limit"), fmt.Sprintf("over_limit: %d is neither 503 nor 429", k.OverLimit), "503 makes clients try again later; 429 says that they ask too much")
	}
	c.least("requests.per_second", k.Requests.PerSecond, LeastPerSecond, "Entra ID wants an endpoint to take 25 requests a second, and does not always try again what was refused")
	c.least("requests.burst", k.Requests.Burst, orElse(k.Requests.PerSecond, DefaultPerSecond), "the requests of one second may come at once")
	c.least("page.default", k.Page.Default, 1, "")
	c.least("page.max", k.Page.Max, LeastMaxPage, "Okta asks for 100 and goes on 100 further, so it would pass over the others")
	c.least("bulk.operations", k.Bulk.Operations, 1, "")
	if most := orElse(k.Page.Max, DefaultMaxPage); k.Page.Default > most {
		c.fault(c.at("page.default"), fmt.Sprintf("page.default: %d is more than max, %d", k.Page.Default, most), "")
	}
	if most := c.file.Muster.MaxBody; k.Bulk.Size > most {
		c.fault(c.at("bulk.size"), fmt.Sprintf("bulk.size: %s is more than the %s that any request may have", k.Bulk.Size, most), "write max_body under muster")
	}
}

// oauth wants more than the audience: every program of the issuer can have a
// token for an audience that is known.
func (c clientCheck) oauth() {
	o := c.client.OAuth
	if !c.has(c.at("oauth")) || c.broken[c.at("oauth")] {
		return
	}
	u, err := url.Parse(o.Issuer)
	switch path := c.at("oauth.issuer"); {
	case !c.has(path) || c.broken[path]:
	case err != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		c.fault(path, "issuer: this is not the address of an issuer", "for example https://login.microsoftonline.com/TENANT/v2.0")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		c.fault(path, "issuer: its keys would travel unprotected", "write https://")
	}
	if c.has(c.at("oauth.audience")) && strings.TrimSpace(o.Audience) == "" {
		c.fault(c.at("oauth.audience"), "audience: the text is blank", "")
	}
	if len(o.Claims) == 0 && o.WriteScope == "" {
		c.fault(c.at("oauth"), "oauth: every program with a token of this issuer could write", "name the client as claims, for example claims: {appid: ID}, or the scope that may write as write_scope")
	}
	if o.ReadScope != "" && o.ReadScope == o.WriteScope {
		c.fault(c.at("oauth.read_scope"), "read_scope: it is the same as write_scope", "leave it out; who may write may read")
	}
}

var (
	urn           = regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9()+,\-.:=@;$_!*'%]+$`)
	attributeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9$_-]*$`) // RFC 7643 section 2.1
)

func (c clientCheck) extensions() {
	ids, columns := map[string]bool{}, map[string]bool{}
	for i, e := range c.client.Extensions {
		path := c.item(c.at("extensions"), i)
		folded := strings.ToLower(e.ID)
		switch at := path + ".id"; {
		case !c.has(at) || c.broken[at]:
		case !urn.MatchString(e.ID):
			c.fault(at, fmt.Sprintf("id: %q is not a URN", e.ID), "for example urn:example:params:scim:schemas:extension:acme:2.0:User")
		case strings.HasPrefix(folded, "urn:ietf:params:scim:"):
			c.fault(at, "id: this URN belongs to the standard", "choose one of your own; the standard's extensions are there without being named")
		case ids[folded]:
			c.fault(at, fmt.Sprintf("id: %s is defined twice", e.ID), "put the attributes together")
		}
		ids[folded] = true
		if slices.Contains([]string{"User", "Group"}, e.On) && !c.client.Accepts(bridge.ObjectType(e.On)) {
			c.fault(path+".on", fmt.Sprintf("on: the connection accepts no %s", e.On), "")
		}
		if c.has(path+".attributes") && !c.broken[path+".attributes"] && len(e.Attributes) == 0 {
			c.fault(path+".attributes", "attributes: the list is empty", "name at least one")
		}
		c.attributes(path, e, columns)
	}
}

// attributes checks the attributes of one extension; columns are those of all
// extensions before it.
func (c clientCheck) attributes(path string, e Extension, columns map[string]bool) {
	names := map[string]bool{}
	for j, a := range e.Attributes {
		at, folded := c.item(path+".attributes", j), strings.ToLower(a.Name)
		switch {
		case a.Name == "":
			continue // its absence has a fault
		case !attributeName.MatchString(a.Name):
			c.fault(at+".name", fmt.Sprintf("name: %q is not the name of an attribute", a.Name), "letters, digits, $, _ and -, beginning with a letter")
		case names[folded]:
			c.fault(at+".name", fmt.Sprintf("name: %s is there twice", a.Name), "keep one of them")
			continue
		}
		names[folded] = true
		column, place := orElse(a.Column, a.Name), at+".name"
		if c.has(at + ".column") {
			place = at + ".column"
		}
		switch {
		case reserved(e.On, column):
			c.fault(place, fmt.Sprintf("%s: every %s has a column %s already", leaf(place), e.On, column), "give the attribute another name for rules, as column")
		case columns[e.On+" "+column]:
			c.fault(place, fmt.Sprintf("%s: another attribute has the column %s", leaf(place), column), "give one of them another name for rules, as column")
		}
		columns[e.On+" "+column] = true
	}
}
