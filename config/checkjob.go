package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// jobCheck finds what is wrong with one job.
type jobCheck struct {
	*reader
	file, around *File
	job          *Job
	path         string
	pushed       bool // the job is a stream of a connection
}

func (c jobCheck) at(key string) string { return c.path + "." + key }

func (c jobCheck) check() {
	c.name(c.at("name"), c.job.Name)
	c.refers("destination", c.job.Destination, "destination", namesOf(c.file.Destinations, func(d Destination) string { return d.Name }))
	c.refers("source", c.job.Source, "source", namesOf(c.file.Sources, func(s Source) string { return s.Name }))
	c.selection()
	c.places()
	c.membership()
	c.policy()
	c.words()
	c.attributes()
	c.tests()
}

func namesOf[T any](list []T, name func(T) string) []string {
	names := make([]string, 0, len(list))
	for _, item := range list {
		if n := name(item); n != "" {
			names = append(names, n)
		}
	}
	return names
}

func (c jobCheck) refers(key, name, word string, defined []string) {
	if name != "" && !slices.Contains(defined, name) {
		c.fault(c.at(key), fmt.Sprintf("there is no %s %q", word, name), didYouMean(name, defined))
	}
}

// selectionKeys says for which types of source a key of a selection means something.
var selectionKeys = map[string][]string{
	"query": {pull.SQLite}, "table": {pull.SQLite}, "sheet": {pull.XLSX}, "header_row": {pull.XLSX, pull.CSV},
}

var memberKeys = map[string][]string{"query": {pull.SQLite}, "table": {pull.SQLite}, "sheet": {pull.XLSX}}

func (c jobCheck) selection() {
	source, ok := c.file.Source(c.job.Source)
	if !ok {
		return
	}
	c.onlyFor(c.path, source.Type, selectionKeys)
	c.onlyFor(c.at("members"), source.Type, memberKeys)
	c.queryOrTable(c.path, source.Type, c.job.Query, c.job.Table)
	if m := c.job.Members; m.rows() {
		c.queryOrTable(c.at("members"), source.Type, m.Query, m.Table)
		if source.Type == pull.CSV {
			c.fault(c.at("members"), "members: a CSV file has no second table of rows", "write an expression over the row, for example split(members, \";\")")
		}
	}
}

func (c jobCheck) queryOrTable(path, kind, query, table string) {
	switch {
	case kind != pull.SQLite:
	case query == "" && table == "":
		c.fault(path, "it says neither query nor table", "query is SQL; table is the name of a table or view")
	case query != "" && table != "":
		c.fault(path+".table", "it says both query and table", "keep one of them")
	}
}

// places checks every DN of the job.
func (c jobCheck) places() {
	job := c.job
	for i, dn := range job.Scope {
		c.dn(c.item(c.at("scope"), i), dn)
	}
	c.dn(c.at("policy.move_to"), job.Policy.MoveTo)
	if d, ok := c.file.Destination(job.Destination); ok && checkDN(d.Base) == nil {
		for i, dn := range job.Scope {
			if checkDN(dn) == nil && !within(dn, d.Base) {
				c.fault(c.item(c.at("scope"), i), fmt.Sprintf("scope: %s is not below %s, the base of %s", dn, d.Base, d.Name), "")
			}
		}
	}
	if !looksLikeDN.MatchString(job.Container) {
		return
	}
	c.dn(c.at("container"), job.Container)
	if checkDN(job.Container) == nil && !slices.ContainsFunc(job.Scope, func(dn string) bool { return within(job.Container, dn) }) {
		c.fault(c.at("container"), "container: new entries would be outside the scope", "add the container to scope, or choose one below it")
	}
}

func (c jobCheck) membership() {
	job := c.job
	stated := c.has(c.at("members"))
	if job.Type != "" && job.Type != string(bridge.Group) {
		for _, key := range []string{"members", "members_from", "member_policy"} {
			if c.has(c.at(key)) {
				c.faultAtKey(c.at(key), fmt.Sprintf("%s: a %s has no members", key, job.Type), "members belong to a job of type Group")
			}
		}
		return
	}
	switch {
	case stated && len(job.MembersFrom) == 0 && !c.has(c.at("members_from")):
		c.fault(c.at("members"), "members: it does not say whose keys these are", "name the jobs whose records may be members as members_from")
	case !stated && (c.has(c.at("members_from")) || c.has(c.at("member_policy"))):
		c.fault(c.path, "members_from and member_policy need members", "members says where the members of a group stand")
	}
	for i, name := range job.MembersFrom {
		c.memberJob(c.item(c.at("members_from"), i), name)
	}
}

func (c jobCheck) memberJob(path, name string) {
	known := slices.Concat(c.file.memberSources(), c.around.memberSources())
	i := slices.IndexFunc(known, func(s memberSource) bool { return s.name == name })
	word := "job"
	if c.pushed || strings.Contains(name, "/") {
		word = "stream or job"
	}
	switch {
	case i < 0:
		c.fault(path, fmt.Sprintf("members_from: there is no %s %q", word, name), didYouMean(name, namesOf(known, func(s memberSource) string { return s.name })))
	case known[i].destination != c.job.Destination:
		c.fault(path, fmt.Sprintf("members_from: the %s %q writes to %s, not to %s", word, name, known[i].destination, c.job.Destination), "members are entries of the same destination")
	}
}

func (c jobCheck) policy() {
	p, at := c.job.Policy, c.at("policy")
	if p.Leavers == "" {
		return
	}
	if c.has(at+".move_to") && !p.allows(bridge.Disable) {
		c.fault(at+".move_to", "move_to: nothing is moved with leavers: "+p.Leavers, "choose leavers: disable, or leave it out")
	}
	for _, key := range []string{"delete_after", "delete_adopted"} {
		if c.has(at+"."+key) && p.Leavers != string(bridge.Delete) {
			c.fault(at+"."+key, key+": nothing is deleted with leavers: "+p.Leavers, "choose leavers: delete, or leave it out")
		}
	}
	atOnce := c.pushed && c.job.Type == string(bridge.Group) // a group cannot be disabled meanwhile
	if p.Leavers == string(bridge.Delete) && !c.has(at+".delete_after") && !atOnce {
		hint := "for example 30d; with 0 the plan after the one that disabled an entry deletes it"
		if c.pushed {
			hint = "for example 30d; with 0 an entry is deleted when its client deletes the user"
		}
		c.fault(at+".leavers", "leavers: delete needs delete_after", hint)
	}
	if p.Adopt && len(c.job.Match) == 0 && !c.pushed {
		c.fault(at+".adopt", "adopt: without match no entry is ever found", "name the attributes that identify a person as match, for example [employeeID]")
	}
}

var (
	country    = regexp.MustCompile(`^[A-Z]{2}$`)
	domainName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)
	columns    = []string{string(mapping.Text), string(mapping.Integer), string(mapping.Number), string(mapping.Boolean), string(mapping.Time), string(mapping.Texts)}
)

func (c jobCheck) words() {
	job := c.job
	c.zone(c.at("zone"), job.Zone)
	if job.Country != "" && !country.MatchString(job.Country) {
		c.fault(c.at("country"), fmt.Sprintf("country: %q is not two capital letters", job.Country), "ISO 3166, for example DE")
	}
	if job.Domain != "" && !domainName.MatchString(job.Domain) {
		c.fault(c.at("domain"), fmt.Sprintf("domain: %q is not a domain name", job.Domain), "for example corp.example.com")
	}
	for column, kind := range job.Types {
		c.oneOf(child(c.at("types"), column), "types", kind, columns)
	}
	for key, text := range map[string]string{"key": job.Key, "source": job.Source, "destination": job.Destination} {
		if c.has(c.at(key)) && strings.TrimSpace(text) == "" {
			c.fault(c.at(key), key+": the text is blank", "")
		}
	}
}

var attributeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// attributes checks the names that rules and matches are given.
func (c jobCheck) attributes() {
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.job.Mapping)) {
		path := child(c.at("mapping"), name)
		if !attributeForm.MatchString(name) {
			c.faultAtKey(path, fmt.Sprintf("%q is not the name of an attribute", name), "letters, digits and -")
		}
		if first, twice := seen[strings.ToLower(name)]; twice {
			c.faultAtKey(path, fmt.Sprintf("%s and %s are the same attribute", first, name), "keep one of them")
		}
		seen[strings.ToLower(name)] = name
	}
	matches := map[string]bool{}
	for i, name := range c.job.Match {
		if matches[strings.ToLower(name)] {
			c.fault(c.item(c.at("match"), i), fmt.Sprintf("match: %s is named twice", name), "")
		}
		matches[strings.ToLower(name)] = true
	}
}

func (c jobCheck) tests() {
	unique(c.reader, c.at("tests"), "test", c.job.Tests, func(t Test) string { return t.Name })
	for i, test := range c.job.Tests {
		path := c.item(c.at("tests"), i)
		if _, err := instant(test.Now); err != nil {
			c.fault(path+".now", fmt.Sprintf("now: %q is not a date or instant", test.Now), "write 2026-01-31 or 2026-01-31T08:00:00Z")
		}
		if test.Selected != nil && !*test.Selected && (len(test.Want) > 0 || test.Container != nil || test.Enabled != nil) {
			c.fault(path, "a row that is not selected has no entry to want", "leave out want, container and enabled")
		}
	}
}
