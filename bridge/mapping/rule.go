package mapping

import "time"

// When says at which occasions a rule writes its attribute.
type When string

// The occasions. The default is Always; rules that use unique, guid, password
// or passphrase default to Create.
const (
	Create  When = "create"  // only when the entry is created
	IfEmpty When = "empty"   // only while the attribute has no value
	Changed When = "changed" // only when the source row changed
	Always  When = "always"  // whenever the directory differs
)

// Empty says what an empty result does to the attribute.
type Empty string

// The empty policies. The default is Leave.
const (
	Leave Empty = "leave" // the directory keeps what it has
	Clear Empty = "clear" // the attribute is removed
	Error Empty = "error" // the record becomes a finding
)

// Multi says how several values meet the values in the directory.
type Multi string

// The multi-value policies. The default is Replace.
const (
	Replace Multi = "replace" // exactly these values
	Add     Multi = "add"     // these values and whatever is there
)

// Rule gives one attribute its value. Exactly one of Column, Value and Text is
// set: Column copies a column, Value is a CEL expression, Text is a text with
// expressions in braces ("{given}.{family}@example.com").
type Rule struct {
	Attribute string   `json:"attribute" yaml:"-"`
	Column    string   `json:"column,omitempty" yaml:"column,omitempty"` // copy this column
	Value     string   `json:"value,omitempty" yaml:"value,omitempty"`   // an expression
	Text      string   `json:"text,omitempty" yaml:"text,omitempty"`     // a text with expressions in braces
	Steps     []string `json:"steps,omitempty" yaml:"steps,omitempty"`   // names of one-text functions applied in order: trim, lower, ascii ...

	When      When  `json:"when,omitempty" yaml:"when,omitempty"`           // create, empty, changed or always; when the attribute is written
	Empty     Empty `json:"empty,omitempty" yaml:"empty,omitempty"`         // leave, clear or error; what an empty result does
	Multi     Multi `json:"multi,omitempty" yaml:"multi,omitempty"`         // replace or add; how several values meet those in the directory
	Sensitive bool  `json:"sensitive,omitempty" yaml:"sensitive,omitempty"` // masked wherever it is shown

	Required bool     `json:"required,omitempty" yaml:"required,omitempty"` // an empty result is a fault
	Pattern  string   `json:"pattern,omitempty" yaml:"pattern,omitempty"`   // RE2, must match each whole value
	Format   string   `json:"format,omitempty" yaml:"format,omitempty"`     // "email" or "phone"
	OneOf    []string `json:"one_of,omitempty" yaml:"one_of,omitempty"`     // the values allowed
	Max      int      `json:"max,omitempty" yaml:"max,omitempty"`           // characters, 0 = no limit
	Cut      bool     `json:"cut,omitempty" yaml:"cut,omitempty"`           // cut at Max with a note instead of a fault
	Exact    bool     `json:"exact,omitempty" yaml:"exact,omitempty"`       // no correction: else text is NFC, trimmed and squeezed, with a note
}

// Spec is everything that Compile needs: what a job says about its mapping.
type Spec struct {
	Columns   *Columns          // of the source
	Fields    map[string]string // field name used in rules -> source column; columns whose names are identifiers are fields by themselves
	Rules     []Rule
	Where     string // boolean CEL expression selecting records; "" = all
	Container string // text CEL expression giving the DN of the parent; or, with no operators, a plain DN
	Enabled   string // boolean CEL expression; "" = the rule says nothing about the account state
	Members   string // texts CEL expression giving member keys (groups); "" = none
	Tables    map[string]map[string]string
	Zone      *time.Location // of dates without a zone; nil = UTC
	Country   string         // ISO 3166 alpha-2 for phone numbers without a country code
	Domain    string         // the value of the variable "domain"
}

// Result is what the rules say about one row.
type Result struct {
	Selected   bool // false: Where excluded the row; nothing else is set
	Container  string
	Enabled    *bool
	Members    []string // keys, in source order, without repeats
	Attributes []Attribute
	Faults     []Fault // not empty: the record must not be planned
}

// Attribute is the outcome of one rule.
type Attribute struct {
	Name       string
	Values     []string // empty: see Empty
	Candidates []string // of unique(...): the first that is free is to be used; Values is empty
	References []string // of ref(...): record keys; Values is empty
	Generate   *Generate
	Rule       *Rule // shared with the Mapping; When, Empty and Multi are filled in
	Notes      []string
	Columns    []string // source columns the expression reads; shared
}

// Generate asks for a secret value that is made when the change is applied.
type Generate struct {
	Kind   string `json:"kind"`   // "password" or "passphrase"
	Length int    `json:"length"` // characters or words; the directory's policy may ask for more
}

// Fault says why a rule or a row cannot be used.
type Fault struct {
	Attribute string `json:"attribute,omitempty"` // "" for where, container, enabled, members: then Part names it
	Part      string `json:"part,omitempty"`
	Column    string `json:"column,omitempty"`
	Value     string `json:"value,omitempty"` // masked when sensitive
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
	Line      int    `json:"line,omitempty"` // within the expression, from 1; 0 = unknown
	Offset    int    `json:"offset,omitempty"`
}
