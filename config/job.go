package config

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// Job is a connection that pulls: a source, a selection of its rows, what to
// make of them, and how far Muster may go in the destination.
type Job struct {
	Name        string `yaml:"name" need:"yes"`
	Description string `yaml:"description"`

	Source    string            `yaml:"source" need:"yes"`
	Query     string            `yaml:"query"` // SQL; or
	Table     string            `yaml:"table"` // a table or view; or
	Sheet     string            `yaml:"sheet"` // a sheet; the first visible one by default
	HeaderRow int               `yaml:"header_row"`
	Types     map[string]string `yaml:"types"` // column -> type, where the source does not say
	Key       string            `yaml:"key" need:"yes"`

	Type        string            `yaml:"type" need:"yes" oneof:"User Mailbox Contact Group"`
	Destination string            `yaml:"destination" need:"yes"`
	Scope       List              `yaml:"scope" need:"yes"`
	Container   string            `yaml:"container"` // a DN or an expression; the first of scope by default
	Where       string            `yaml:"where"`
	Enabled     string            `yaml:"enabled"`
	Fields      map[string]string `yaml:"fields"`
	Mapping     map[string]Rule   `yaml:"mapping"`
	Match       List              `yaml:"match"`

	Members      Members `yaml:"members"`
	MembersFrom  List    `yaml:"members_from"`
	MemberPolicy string  `yaml:"member_policy" oneof:"known exact"`

	Policy   Policy `yaml:"policy" need:"yes"`
	Limits   Limits `yaml:"limits"`
	Approval string `yaml:"approval" oneof:"required none"`

	Zone    string `yaml:"zone"`    // of dates without one; the source's by default
	Country string `yaml:"country"` // of phone numbers without a country code
	Domain  string `yaml:"domain"`  // the variable "domain"; from the destination's base by default

	Tests []Test `yaml:"tests"`
}

// Policy says how far Muster may go with entries.
type Policy struct {
	Leavers       string   `yaml:"leavers" need:"yes" oneof:"create-only create-update disable delete"`
	MoveTo        string   `yaml:"move_to"`
	DeleteAfter   Duration `yaml:"delete_after"`
	Adopt         bool     `yaml:"adopt"`
	AddContainers bool     `yaml:"add_containers"`
	DeleteAdopted bool     `yaml:"delete_adopted"`
}

// Members says where a group's members stand: as an expression over the row, or
// as rows of (group key, member key).
type Members struct {
	Value  string `yaml:"value"`
	Query  string `yaml:"query"`
	Table  string `yaml:"table"`
	Sheet  string `yaml:"sheet"`
	Group  string `yaml:"group"`
	Member string `yaml:"member"`
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
