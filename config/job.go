package config

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Job is a connection that pulls: a source, a selection of its rows, what to
// make of them, and how far Muster may go in the destination.
type Job struct {
	Name         string            `yaml:"name" need:"yes"`                                    // by which commands name it
	Description  string            `yaml:"description"`                                        // for people
	Source       string            `yaml:"source" need:"yes"`                                  // the name of a source
	Query        string            `yaml:"query"`                                              // SQL; or
	Table        string            `yaml:"table"`                                              // a table or view; or
	Sheet        string            `yaml:"sheet"`                                              // a sheet; the first visible one by default
	HeaderRow    int               `yaml:"header_row"`                                         // of a sheet: the row with the column names; found when absent
	Types        map[string]string `yaml:"types"`                                              // column -> type, where the source does not say
	Key          string            `yaml:"key" need:"yes"`                                     // the column that identifies a record for ever
	Type         string            `yaml:"type" need:"yes" oneof:"User Mailbox Contact Group"` // what the records become
	Destination  string            `yaml:"destination" need:"yes"`                             // the name of a destination
	Scope        List              `yaml:"scope" need:"yes"`                                   // DNs below which entries are read, matched and written
	Container    string            `yaml:"container"`                                          // a DN or an expression; the first of scope by default
	Where        string            `yaml:"where"`                                              // an expression that selects records; who is not selected has left
	Enabled      string            `yaml:"enabled"`                                            // an expression that says whether the account may sign in; absent: the state is left alone
	Fields       map[string]string `yaml:"fields"`                                             // field of the template -> column, where the names differ
	Mapping      map[string]Rule   `yaml:"mapping"`                                            // attribute -> rule
	Match        List              `yaml:"match"`                                              // attributes by which entries without a link are found, most trusted first
	Members      Members           `yaml:"members"`                                            // of groups: who the members are, as an expression or as rows
	MembersFrom  List              `yaml:"members_from"`                                       // jobs whose records may be members
	MemberPolicy string            `yaml:"member_policy" oneof:"known exact"`                  // which members may be removed: known (records of members_from; the default) or exact (all that are not named)
	Policy       Policy            `yaml:"policy" need:"yes"`                                  // how far Muster may go
	Limits       Limits            `yaml:"limits"`                                             // bounds of one plan
	Approval     string            `yaml:"approval" oneof:"required none"`                     // whether a plan must be approved before it is applied; none by default
	Zone         string            `yaml:"zone"`                                               // of dates without one; the source's by default
	Country      string            `yaml:"country"`                                            // of phone numbers without a country code
	Domain       string            `yaml:"domain"`                                             // the variable "domain"; from the destination's base by default

	Tests []Test `yaml:"tests"` // input rows and what the mapping should make of them
}

// Policy says how far Muster may go with entries.
type Policy struct {
	Leavers       string   `yaml:"leavers" need:"yes" oneof:"create-only create-update disable delete"` // how far: create entries; keep them up to date too; disable those of leavers too; delete them later too
	MoveTo        string   `yaml:"move_to"`                                                             // DN of the container for disabled entries
	DeleteAfter   Duration `yaml:"delete_after"`                                                        // how long an entry stays disabled before it is deleted
	Adopt         bool     `yaml:"adopt"`                                                               // take over entries found by match
	AddContainers bool     `yaml:"add_containers"`                                                      // create missing containers within the scope
	DeleteAdopted bool     `yaml:"delete_adopted"`                                                      // delete entries that were adopted, not only those that Muster created
}

// Members says where a group's members stand: as an expression over the row, or
// as rows of (group key, member key).
type Members struct {
	Value  string `yaml:"value"`  // an expression over the row that gives the keys of the members
	Query  string `yaml:"query"`  // SQL that gives rows of group and member
	Table  string `yaml:"table"`  // a table or view with such rows
	Sheet  string `yaml:"sheet"`  // a sheet with such rows
	Group  string `yaml:"group"`  // the column with the key of the group
	Member string `yaml:"member"` // the column with the key of the member
}

// stated says whether the job says anything about members.
func (m Members) stated() bool { return m != Members{} }

// rows says whether the members are rows of their own.
func (m Members) rows() bool { return m.stated() && m.Value == "" }

// expression gives the keys of the members of one row.
func (m Members) expression() string {
	if m.rows() {
		return pull.MembersColumn
	}
	return m.Value
}

// Selection returns what the job reads from its source.
func (j *Job) Selection() pull.Selection {
	s := pull.Selection{Query: j.Query, Table: j.Table + j.Sheet, Key: j.Key, HeaderRow: j.HeaderRow}
	if len(j.Types) > 0 {
		s.Types = make(map[string]mapping.Type, len(j.Types))
	}
	for column, kind := range j.Types {
		s.Types[column] = mapping.Type(kind)
	}
	if j.Members.rows() {
		m := j.Members
		s.Members = &pull.Members{Query: m.Query, Table: m.Table + m.Sheet, Group: m.Group, Member: m.Member}
	}
	return s
}

// ObjectType returns the type of the entries that the job makes.
func (j *Job) ObjectType() bridge.ObjectType { return bridge.ObjectType(j.Type) }

func (j *Job) defaults() {
	if j.Container == "" && len(j.Scope) > 0 {
		j.Container = j.Scope[0]
	}
	if j.MemberPolicy == "" {
		j.MemberPolicy = string(bridge.MembersKnown)
	}
	if j.Approval == "" {
		j.Approval = "none"
	}
}

func (p Policy) policy() bridge.Policy {
	return bridge.Policy{Leavers: bridge.Departure(p.Leavers), MoveTo: p.MoveTo, DeleteAfter: p.DeleteAfter.std(),
		Adopt: p.Adopt, AddContainers: p.AddContainers, DeleteAdopted: p.DeleteAdopted}
}
