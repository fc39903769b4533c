package config

import (
	"github.com/muster-idm/muster/bridge"
)

// Client is a connection that is pushed: an identity provider that sends users
// and groups over SCIM, each as a stream of its own.
type Client struct {
	Name        string      `yaml:"name" need:"yes"`                // small letters, digits and hyphens; it stands in the address: /scim/NAME/v2
	Description string      `yaml:"description"`                    // for people
	Destination string      `yaml:"destination" need:"yes"`         // the name of a destination
	Users       *Users      `yaml:"users"`                          // the stream NAME/users; absent: users are not accepted
	Groups      *Groups     `yaml:"groups"`                         // the stream NAME/groups; absent: groups are not accepted
	Extensions  []Extension `yaml:"extensions"`                     // schema extensions of your own
	References  string      `yaml:"references" oneof:"keep strict"` // unknown members and superiors: keep them until they appear (the default), or refuse the request
	Mode        string      `yaml:"mode" oneof:"direct review"`     // direct writes before it answers (the default); review keeps what is pushed until a person approves it
	Passwords   string      `yaml:"passwords" oneof:"set ignore"`   // pushed passwords: set them (the default), or ignore them
	Empty       string      `yaml:"empty" oneof:"clear leave"`      // what a value that the client lacks or removed does: clear the attribute, or leave it; clear by default, and leave in a stream that adopts, because an adopted entry has values that the client never sent
	Answers     Answers     `yaml:"answers"`                        // what a PATCH is answered with
	Limits      PushLimits  `yaml:"limits"`                         // how much the client may do in an hour
	OverLimit   int         `yaml:"over_limit"`                     // the status of a request over a limit: 503 (the default) or 429
	Requests    Requests    `yaml:"requests"`                       // how often the client may ask
	Page        Page        `yaml:"page"`                           // resources in one answer
	Bulk        Bulk        `yaml:"bulk"`                           // operations in one bulk request
	OAuth       OAuth       `yaml:"oauth"`                          // access tokens of an issuer, besides those of "muster token"
	Zone        string      `yaml:"zone"`                           // of dates without one; UTC by default
	Country     string      `yaml:"country"`                        // of phone numbers without a country code
	Domain      string      `yaml:"domain"`                         // the variable "domain"; from the destination's base by default
}

// Users says what becomes of the users that a client pushes.
type Users struct {
	Scope     List              `yaml:"scope" need:"yes"`  // DNs below which entries are read, matched and written
	Container string            `yaml:"container"`         // a DN or an expression; the first of scope by default
	Where     string            `yaml:"where"`             // an expression that selects users; who is not selected is handled as one who left
	Enabled   string            `yaml:"enabled"`           // an expression that says whether the account may sign in; active by default
	Fields    map[string]string `yaml:"fields"`            // field of the template -> column, where another one is meant
	Mapping   map[string]Rule   `yaml:"mapping"`           // attribute -> rule
	Match     List              `yaml:"match"`             // attributes by which entries without a link are found; by default the one that userName names: userPrincipalName, or uid
	Policy    Policy            `yaml:"policy" need:"yes"` // how far Muster may go; leavers are those whom the client deletes
	Tests     []Test            `yaml:"tests"`             // users as rows of columns, and what the mapping should make of them
}

// Groups says what becomes of the groups that a client pushes.
type Groups struct {
	Scope        List              `yaml:"scope" need:"yes"`                  // DNs below which entries are read, matched and written
	Container    string            `yaml:"container"`                         // a DN or an expression; the first of scope by default
	Where        string            `yaml:"where"`                             // an expression that selects groups
	Fields       map[string]string `yaml:"fields"`                            // field of the template -> column, where another one is meant
	Mapping      map[string]Rule   `yaml:"mapping"`                           // attribute -> rule
	Match        List              `yaml:"match"`                             // attributes by which entries without a link are found; the name of the entry (cn) by default
	MembersFrom  List              `yaml:"members_from"`                      // streams and jobs whose records may be members; both streams of the connection by default
	MemberPolicy string            `yaml:"member_policy" oneof:"known exact"` // which members may be removed: known (records of members_from; the default) or exact (all that are not named)
	Policy       Policy            `yaml:"policy" need:"yes"`                 // how far Muster may go; leavers are the groups that the client deletes, at once when delete_after is absent
	Tests        []Test            `yaml:"tests"`                             // groups as rows of columns, and what the mapping should make of them
}

// Extension is a schema extension of the operator's own (RFC 7643 section 3.3).
type Extension struct {
	ID         string               `yaml:"id" need:"yes"`                    // the URN of its schema
	On         string               `yaml:"on" need:"yes" oneof:"User Group"` // what it extends
	Required   bool                 `yaml:"required"`                         // whether each resource must have it
	Attributes []ExtensionAttribute `yaml:"attributes" need:"yes"`            // what it adds
}

// ExtensionAttribute is one attribute of an extension (RFC 7643 section 7).
type ExtensionAttribute struct {
	Name        string `yaml:"name" need:"yes"`                                                       // as it stands in a resource
	Type        string `yaml:"type" oneof:"string boolean integer decimal dateTime reference binary"` // string by default
	Multi       bool   `yaml:"multi"`                                                                 // whether it is a list
	Required    bool   `yaml:"required"`                                                              // whether the extension must have it
	CaseExact   bool   `yaml:"case_exact"`                                                            // whether filters tell capital from small letters
	Description string `yaml:"description"`                                                           // for the schema that clients read
	Canonical   List   `yaml:"canonical"`                                                             // the usual values, for the schema; others are accepted
	Column      string `yaml:"column"`                                                                // by which rules name it; its name by default
}

// Answers say what a successful PATCH is answered with (RFC 7644 section
// 3.5.2): the resource with 200, or nothing with 204.
type Answers struct {
	PatchUser  string `yaml:"patch_user" oneof:"resource none"`  // resource by default
	PatchGroup string `yaml:"patch_group" oneof:"resource none"` // none by default, because a group may have very many members
}

// PushLimits bound what a client may do in an hour, all its streams together.
type PushLimits struct {
	Create        Hourly `yaml:"create"`         // entries created; unlimited by default
	Disable       Hourly `yaml:"disable"`        // accounts disabled; 100 by default
	Delete        Hourly `yaml:"delete"`         // entries deleted; 25 by default
	RemoveMembers Hourly `yaml:"remove_members"` // members removed, one by one; 1000 by default
}

// Requests bound how often a client may ask.
type Requests struct {
	PerSecond int `yaml:"per_second"` // 50 by default, and at least 25
	Burst     int `yaml:"burst"`      // at once; twice per_second by default
}

// Page bounds the resources in one answer (RFC 7644 section 3.4.2.4).
type Page struct {
	Default int `yaml:"default"` // when the client asks for no number; 100 by default
	Max     int `yaml:"max"`     // 1000 by default, and at least 100
}

// Bulk bounds one bulk request (RFC 7644 section 3.7.4).
type Bulk struct {
	Operations int  `yaml:"operations"` // 1000 by default
	Size       Size `yaml:"size"`       // of its body; 1MiB by default
}

// OAuth says which access tokens (RFC 9068) let a client in besides those that
// Muster makes.
type OAuth struct {
	Issuer     string          `yaml:"issuer" need:"yes"`   // the address that is the claim iss, and at which its keys are found
	Audience   string          `yaml:"audience" need:"yes"` // the claim aud
	Claims     map[string]List `yaml:"claims"`              // claim -> the values that are let in
	ReadScope  string          `yaml:"read_scope"`          // the scope or role that may read
	WriteScope string          `yaml:"write_scope"`         // the scope or role that may read and write
}

// The defaults of a connection.
const (
	DefaultDisablesPerHour = 100
	DefaultDeletesPerHour  = 25
	DefaultMembersPerHour  = 1000 // removed
	DefaultPerSecond       = 50   // requests
	LeastPerSecond         = 25   // what Entra ID wants of an endpoint
	DefaultPage            = 100
	DefaultMaxPage         = 1000
	LeastMaxPage           = 100 // Okta asks for 100 and goes on 100 further, whatever it got
	DefaultBulkOperations  = 1000
	DefaultBulkSize        = Size(1 << 20)
	DefaultOverLimit       = 503
)

// Client returns the connection of that name that is pushed.
func (f *File) Client(name string) (*Client, bool) {
	for i := range f.Connections {
		if f.Connections[i].Name == name {
			return &f.Connections[i], true
		}
	}
	return nil, false
}

// Accepts says whether the client may push resources of the type, User or Group.
func (c *Client) Accepts(t bridge.ObjectType) bool {
	return t == bridge.User && c.Users != nil || t == bridge.Group && c.Groups != nil
}

// Stream is the name of the stream of a type: "okta/users" or "okta/groups".
// No job has such a name, because the name of a job has no slash.
func (c *Client) Stream(t bridge.ObjectType) string {
	if t == bridge.Group {
		return c.Name + "/groups"
	}
	return c.Name + "/users"
}

// Review says whether pushes wait until a person approves them.
func (c *Client) Review() bool { return c.Mode == "review" }

// Strict says whether a reference to nobody is refused.
func (c *Client) Strict() bool { return c.References == "strict" }

// SetsPasswords says whether pushed passwords are set.
func (c *Client) SetsPasswords() bool { return c.Passwords != "ignore" }

// AnswersPatch says whether a PATCH of a resource of the type is answered with
// the resource, and not with 204 alone.
func (c *Client) AnswersPatch(t bridge.ObjectType) bool {
	if t == bridge.Group {
		return c.Answers.PatchGroup == "resource"
	}
	return c.Answers.PatchUser != "none"
}

// Quota returns the limits with the defaults filled in.
func (c *Client) Quota() bridge.Quota {
	q := bridge.Quota{Connection: c.Name, PerHour: map[bridge.Action]int{}}
	set := func(action bridge.Action, limit Hourly, fallback ...int) {
		switch {
		case limit.Count != nil:
			q.PerHour[action] = *limit.Count
		case !limit.Stated && len(fallback) > 0:
			q.PerHour[action] = fallback[0]
		}
	}
	set(bridge.Create, c.Limits.Create)
	set(bridge.DisableEntry, c.Limits.Disable, DefaultDisablesPerHour)
	set(bridge.DeleteEntry, c.Limits.Delete, DefaultDeletesPerHour)
	set(bridge.RemoveMembers, c.Limits.RemoveMembers, DefaultMembersPerHour)
	return q
}

// defaults fills in what the file leaves out.
func (c *Client) defaults() {
	c.References, c.Mode, c.Passwords = orElse(c.References, "keep"), orElse(c.Mode, "direct"), orElse(c.Passwords, "set")
	c.Answers.PatchUser, c.Answers.PatchGroup = orElse(c.Answers.PatchUser, "resource"), orElse(c.Answers.PatchGroup, "none")
	c.OverLimit = orElse(c.OverLimit, DefaultOverLimit)
	c.Requests.PerSecond = orElse(c.Requests.PerSecond, DefaultPerSecond)
	c.Requests.Burst = orElse(c.Requests.Burst, 2*c.Requests.PerSecond)
	c.Page.Max = orElse(c.Page.Max, DefaultMaxPage)
	c.Page.Default = orElse(c.Page.Default, min(DefaultPage, c.Page.Max))
	c.Bulk.Operations, c.Bulk.Size = orElse(c.Bulk.Operations, DefaultBulkOperations), orElse(c.Bulk.Size, DefaultBulkSize)
	for i := range c.Extensions {
		for j := range c.Extensions[i].Attributes {
			a := &c.Extensions[i].Attributes[j]
			a.Type, a.Column = orElse(a.Type, "string"), orElse(a.Column, a.Name)
		}
	}
}

// orElse is the value, or the other one when it is the zero value.
func orElse[T comparable](value, other T) T {
	var none T
	if value == none {
		return other
	}
	return value
}
