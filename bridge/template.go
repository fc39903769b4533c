package bridge

import "github.com/muster-idm/muster/bridge/mapping"

// Need says how much an object type needs an attribute.
type Need string

// The needs, strongest first.
const (
	Mandatory   Need = "mandatory"   // the directory's schema demands it
	Required    Need = "required"    // Muster demands it
	Recommended Need = "recommended" // most organisations want it
	Optional    Need = "optional"
)

// TemplateAttribute is one attribute of a template.
type TemplateAttribute struct {
	Name      string       `json:"name"`
	Need      Need         `json:"need"`
	Unique    bool         `json:"unique,omitempty"`     // no two entries of the destination may share a value
	Reference bool         `json:"reference,omitempty"`  // its values are entries
	WriteOnly bool         `json:"write_only,omitempty"` // never read back, so never compared
	Sensitive bool         `json:"sensitive,omitempty"`  // masked wherever it is shown
	Multi     bool         `json:"multi,omitempty"`
	Default   mapping.Rule `json:"default,omitzero"` // zero: no default; its variables are field names
	Pushed    mapping.Rule `json:"pushed,omitzero"`  // the default where a SCIM client pushes; zero: Default
	Help      string       `json:"help,omitempty"`
}

// Template says which attributes an object type must and should have at a
// destination, with a complete default mapping.
type Template struct {
	Type       ObjectType          `json:"type"`
	RDN        string              `json:"rdn"`                // attribute that names the entry
	Members    string              `json:"members,omitempty"`  // attribute that holds a group's members
	Account    bool                `json:"account,omitempty"`  // entries have an account state
	Password   string              `json:"password,omitempty"` // attribute that takes a password; "" = none
	Attributes []TemplateAttribute `json:"attributes"`
	Fields     []Field             `json:"fields"` // the field names that the default rules use
}

// Field is a source field that default rules know by name.
type Field struct {
	Name     string   `json:"name"`               // "given", "family", "department" ...
	Synonyms []string `json:"synonyms,omitempty"` // column names that mean it, in lower case without blanks: "firstname", "vorname"
	Required bool     `json:"required,omitempty"`
}

// Attribute returns the template's attribute of that exact name.
func (t *Template) Attribute(name string) (TemplateAttribute, bool) {
	for _, a := range t.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return TemplateAttribute{}, false
}
