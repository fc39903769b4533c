package ldap

import (
	"slices"
	"strings"
)

// Syntax is what the values of an attribute are, as far as comparing and
// checking them goes.
type Syntax int

// The syntaxes. Other covers what is neither compared by rule nor checked.
const (
	Text         Syntax = iota // compared without regard to case
	ExactText                  // compared with regard to case
	Integer                    // signed, 32 bits
	LargeInteger               // signed, 64 bits
	Boolean                    // TRUE or FALSE
	Time                       // GeneralizedTime
	DNText                     // distinguished name
	Octets
	Phone // compared without regard to case, spaces and hyphens (RFC 4517 section 4.2.29)
	Other
)

// Attribute is one attribute of a server's schema.
type Attribute struct {
	Name      string // in the schema's spelling
	Syntax    Syntax
	Single    bool
	Lower     int  // least number of characters, octets, or least integer; HasRange says whether it counts
	Upper     int  // greatest
	HasLower  bool // Lower is given
	HasUpper  bool // Upper is given
	ReadOnly  bool // only the server writes it
	NoMatch   bool // single values cannot be compared, so they cannot be removed one by one
	Printable bool // 7-bit characters only
}

// Class is one object class of a server's schema.
type Class struct {
	Name      string
	Superior  []string
	Auxiliary []string
	Must, May []string
}

// Schema is what a server knows of attributes and classes.
type Schema struct {
	attributes map[string]*Attribute // by names and OIDs in lower case
	classes    map[string]*Class
	names      []string
}

// NewSchema returns an empty schema.
func NewSchema() *Schema {
	return &Schema{attributes: map[string]*Attribute{}, classes: map[string]*Class{}}
}

// Add makes an attribute known under its name and the other names.
func (s *Schema) Add(a *Attribute, others ...string) {
	s.names = append(s.names, a.Name)
	s.attributes[foldASCII(a.Name)] = a
	for _, name := range others {
		s.attributes[foldASCII(name)] = a
	}
}

// AddClass makes a class known under its name and the other names.
func (s *Schema) AddClass(c *Class, others ...string) {
	s.classes[foldASCII(c.Name)] = c
	for _, name := range others {
		s.classes[foldASCII(name)] = c
	}
}

// Attribute returns the attribute of that name in any case, nil if there is none.
func (s *Schema) Attribute(name string) *Attribute {
	if a := s.attributes[name]; a != nil {
		return a
	}
	return s.attributes[foldASCII(name)]
}

// Name returns the schema's spelling of an attribute, the name itself if there
// is no such attribute.
func (s *Schema) Name(name string) string {
	if a := s.Attribute(name); a != nil {
		return a.Name
	}
	return name
}

// Class returns the class of that name in any case, nil if there is none.
func (s *Schema) Class(name string) *Class { return s.classes[foldASCII(name)] }

// Allowed returns the attributes that entries of the classes may have, by name
// in lower case; true are those they must have. It is nil when a class is unknown.
func (s *Schema) Allowed(classes ...string) map[string]bool {
	out := map[string]bool{}
	seen := map[string]bool{}
	complete := true
	var visit func(name string)
	visit = func(name string) {
		if name = foldASCII(name); seen[name] {
			return
		}
		seen[name] = true
		c := s.classes[name]
		if c == nil {
			complete = false
			return
		}
		for _, a := range c.May {
			a = foldASCII(s.Name(a))
			if _, known := out[a]; !known {
				out[a] = false
			}
		}
		for _, a := range c.Must {
			out[foldASCII(s.Name(a))] = true
		}
		for _, up := range slices.Concat(c.Superior, c.Auxiliary) {
			visit(up)
		}
	}
	for _, c := range classes {
		visit(c)
	}
	if !complete {
		return nil
	}
	return out
}

// Nearest returns the known attribute whose name is most like the given one, ""
// if none is near.
func (s *Schema) Nearest(name string) string {
	wanted := foldASCII(name)
	best, least := "", 1+len(wanted)/3
	for _, known := range s.names {
		if d := distance(wanted, foldASCII(known), least); d < least {
			best, least = known, d
		}
	}
	return best
}

// distance is Levenshtein's, or anything not below the bound once that is reached.
func distance(a, b string, bound int) int {
	if len(a)-len(b) >= bound || len(b)-len(a) >= bound {
		return bound
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// words returns the words of an RFC 4512 description, quotes removed, brackets
// and dollars as words of their own.
func words(text string) []string {
	var out []string
	for i := 0; i < len(text); {
		switch text[i] {
		case ' ', '\t', '\n', '\r':
			i++
		case '(', ')', '$':
			out = append(out, text[i:i+1])
			i++
		case '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return out
			}
			out = append(out, text[i+1:i+1+end])
			i += end + 2
		default:
			end := strings.IndexAny(text[i:], " \t\r\n()$'")
			if end < 0 {
				end = len(text) - i
			}
			out = append(out, text[i:i+end])
			i += end
		}
	}
	return out
}
