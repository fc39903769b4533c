package devdir

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The tables hold the parts of the default schema (MS-ADA1 to MS-ADA3, MS-ADSC)
// that users, contacts, groups and containers need; the last those of Exchange.
var (
	//go:embed schema_attributes.txt
	attributeTable string
	//go:embed schema_classes.txt
	classTable string
	//go:embed schema_exchange.txt
	exchangeTable string
)

// attribute is an attributeSchema entry.
type attribute struct {
	name, cn, id  string
	syntax        string
	om            int
	single        bool
	lower, upper  int // upper -1: no bound
	linkID        int
	systemOnly    bool
	constructed   bool
	indexed, isGC bool
	forward       *attribute // of a back link: the attribute it mirrors
	index         *index
}

// class is a classSchema entry.
type class struct {
	name, cn, id, sup    string
	rdn                  string
	category             int
	defaultCategory      string
	auxiliary, superiors []string
	must, may, systemMay []string
	allowed              map[string]bool // what entries of this class may hold, all classes of its family together
}

type schema struct {
	attributes map[string]*attribute // by lower-case name and by OID
	classes    map[string]*class     // by lower-case name
	list       []*attribute
	classList  []*class
	backOf     map[*attribute]*attribute // back link by forward link
}

// indexedToo are attributes that have an index here although the default schema gives them none.
var indexedToo = []string{"mail", "employeeid", "employeenumber", "ms-ds-consistencyguid", "admindescription"}

func newSchema(exchange bool) (*schema, error) {
	s := &schema{attributes: map[string]*attribute{}, classes: map[string]*class{}, backOf: map[*attribute]*attribute{}}
	tables := attributeTable
	if exchange {
		tables += exchangeTable
	}
	for row := range rows(tables) {
		a, err := parseAttribute(row)
		if err != nil {
			return nil, err
		}
		s.list = append(s.list, a)
		s.attributes[strings.ToLower(a.name)], s.attributes[a.id] = a, a
	}
	for row := range rows(classTable) {
		if len(row) != 12 {
			return nil, fmt.Errorf("class %s has %d columns", row[0], len(row))
		}
		s.addClass(row)
	}
	if exchange {
		s.extendMailRecipient()
	}
	s.pairLinks()
	s.gather()
	return s, nil
}

func rows(table string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(table) {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "|")) {
				return
			}
		}
	}
}

func parseAttribute(row []string) (*attribute, error) {
	if len(row) != 10 || len(row[9]) != 4 {
		return nil, fmt.Errorf("attribute %s has %d columns", row[0], len(row))
	}
	a := &attribute{name: row[0], cn: row[1], id: row[2], syntax: row[3], single: row[5] == "S", upper: -1,
		systemOnly: row[9][0] == 'Y', constructed: row[9][1] == 'C', indexed: row[9][2] == 'I', isGC: row[9][3] == 'G'}
	for column, into := range map[int]*int{4: &a.om, 6: &a.lower, 7: &a.upper, 8: &a.linkID} {
		if row[column] == "" {
			continue
		}
		n, err := strconv.Atoi(row[column])
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", a.name, err)
		}
		*into = n
	}
	if a.wantsIndex() {
		a.index = &index{key: a.matching(), at: map[string][]*entry{}}
	}
	return a, nil
}

// wantsIndex leaves out what is sought by order, and what nearly every entry shares.
func (a *attribute) wantsIndex() bool {
	switch a.syntax {
	case syntaxDN, syntaxInteger, syntaxLarge, syntaxTime, syntaxBoolean, syntaxOID:
		return false
	}
	return a.indexed || slices.Contains(indexedToo, strings.ToLower(a.name))
}

func (s *schema) addClass(row []string) {
	category, _ := strconv.Atoi(row[5])
	c := &class{name: row[0], cn: row[1], id: row[2], sup: row[3], rdn: row[4], category: category, defaultCategory: row[6],
		auxiliary: strings.Fields(row[7]), superiors: strings.Fields(row[8]), must: strings.Fields(row[9]),
		may: strings.Fields(row[10]), systemMay: strings.Fields(row[11])}
	s.classes[strings.ToLower(c.name)] = c
	s.classList = append(s.classList, c)
}

// extendMailRecipient does what Exchange setup does: users, contacts and groups
// carry mailRecipient, which may then have the mail attributes.
func (s *schema) extendMailRecipient() {
	recipient := s.classes["mailrecipient"]
	for row := range rows(exchangeTable) {
		recipient.may = append(recipient.may, row[0])
	}
}

func (s *schema) pairLinks() {
	byID := map[int]*attribute{}
	for _, a := range s.list {
		if a.linkID > 0 && a.linkID%2 == 0 {
			byID[a.linkID] = a
		}
	}
	for _, a := range s.list {
		if a.linkID%2 == 1 {
			if a.forward = byID[a.linkID-1]; a.forward != nil {
				s.backOf[a.forward] = a
			}
		}
	}
}

func (s *schema) attribute(name string) *attribute { return s.attributes[strings.ToLower(name)] }
func (s *schema) class(name string) *class         { return s.classes[strings.ToLower(name)] }

// chain gives a class and its superclasses, top first.
func (s *schema) chain(c *class) []*class {
	var list []*class
	for c != nil {
		list = append(list, c)
		if c.sup == c.name {
			break
		}
		c = s.class(c.sup)
	}
	slices.Reverse(list)
	return list
}

// family gives the classes whose attributes an entry of the named classes may
// have: superclasses and auxiliary classes included (MS-ADTS 3.1.1.2.4.8).
func (s *schema) family(names []string) []*class {
	var list []*class
	var visit func(name string)
	visit = func(name string) {
		c := s.class(name)
		if c == nil || slices.Contains(list, c) {
			return
		}
		list = append(list, c)
		visit(c.sup)
		for _, aux := range c.auxiliary {
			visit(aux)
		}
	}
	for _, n := range names {
		visit(n)
	}
	return list
}

// allows says whether entries of the named classes may hold the attribute.
func (s *schema) allows(names []string, a *attribute) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		c := s.class(name)
		return c != nil && c.allowed[a.name]
	})
}

// gather notes for every class what its entries may hold, once at the start.
func (s *schema) gather() {
	for _, c := range s.classList {
		c.allowed = map[string]bool{}
		for _, member := range s.family([]string{c.name}) {
			for _, name := range slices.Concat(member.may, member.systemMay, member.must) {
				c.allowed[name] = true
			}
		}
	}
}

// superiorsOf gives the classes below which entries of class c may stand.
func (s *schema) superiorsOf(c *class) []string {
	var list []string
	for _, k := range s.chain(c) {
		list = append(list, k.superiors...)
	}
	return list
}

// rdnKind gives the attribute type of an RDN as Active Directory writes it.
func (s *schema) rdnKind(kind string) string { return strings.ToUpper(kind) }
