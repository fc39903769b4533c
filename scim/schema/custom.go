package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	urnForm  = regexp.MustCompile(`^(?i:urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]):[A-Za-z0-9()+,.:=@;$_!*'%/?#-]+$`) // RFC 8141, section 2
	nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)                                                   // RFC 7643, section 2.1
)

// Custom returns an extension that an administrator declares. What an attribute
// leaves open gets the defaults of RFC 7643, section 2.2: a string, readWrite,
// returned by default, not unique; one that is writeOnly is never returned. The
// attributes are copied. The error has all faults at once, each with the path of
// the attribute: names that are none or occur twice, unknown kinds and
// characteristics, and sub-attributes where there can be none.
func Custom(id, name, description string, attributes []*Attribute) (*Schema, error) {
	s := &Schema{ID: id, Name: name, Description: description, Attributes: copied(attributes)}
	faults := faultsOfURN(id)
	if name == "" {
		faults = append(faults, fmt.Errorf("schema %q has no name", id))
	}
	if len(attributes) == 0 {
		faults = append(faults, fmt.Errorf("schema %q has no attributes", id))
	}
	faults = append(faults, faultsOf("", s.Attributes)...)
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	text, err := json.Marshal(s.JSON(""))
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", id, err)
	}
	if err := json.Unmarshal(text, &s.gate); err != nil {
		return nil, fmt.Errorf("schema %q: %w", id, err)
	}
	return s, nil
}

// copied returns a copy of the attributes with the defaults filled in.
func copied(attributes []*Attribute) []*Attribute {
	var all []*Attribute
	for _, a := range attributes {
		c := *a
		c.Kind = either(c.Kind, String)
		if len(c.Sub) > 0 && a.Kind == "" {
			c.Kind = Complex
		}
		c.Mutability = either(c.Mutability, ReadWrite)
		c.Uniqueness = either(c.Uniqueness, None)
		if c.Mutability == WriteOnly {
			c.Returned = either(c.Returned, Never)
		}
		c.Returned = either(c.Returned, Default)
		c.Canonical = slices.Clone(c.Canonical)
		c.References = slices.Clone(c.References)
		c.Sub = copied(c.Sub)
		all = append(all, &c)
	}
	return all
}

func either[T ~string](given, otherwise T) T {
	if given == "" {
		return otherwise
	}
	return given
}

func faultsOfURN(id string) []error {
	if !urnForm.MatchString(id) {
		return []error{fmt.Errorf("%q is no URN (urn:namespace:name)", id)}
	}
	taken := []string{userURN, groupURN, enterpriseURN}
	for _, a := range aliases {
		taken = append(taken, a.sent)
	}
	for _, urn := range taken {
		if strings.EqualFold(urn, id) {
			return []error{fmt.Errorf("the URN %s is that of a schema of the protocol", id)}
		}
	}
	return nil
}

// faultsOf returns the faults of attributes, or of the sub-attributes of the
// one at the path.
func faultsOf(path string, attributes []*Attribute) []error {
	var faults []error
	seen := map[string]bool{}
	for _, a := range attributes {
		at := a.Name
		if path != "" {
			at = path + "." + a.Name
		}
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("attribute %q: %s", at, fmt.Sprintf(format, args...)))
		}
		if !nameForm.MatchString(a.Name) && (path == "" || a.Name != "$ref") {
			fault("a name is a letter, then letters, digits, hyphens and underscores")
		}
		if path == "" && named(common, a.Name) != nil {
			fault("every resource has an attribute of this name already")
		}
		if fold := strings.ToLower(a.Name); seen[fold] {
			fault("the name is used twice")
		} else {
			seen[fold] = true
		}
		faultsOfKind(path, a, fault)
		if a.Kind == Complex {
			faults = append(faults, faultsOf(at, a.Sub)...)
		}
	}
	return faults
}

func faultsOfKind(path string, a *Attribute, fault func(string, ...any)) {
	known(a.Kind, fault, String, Boolean, Decimal, Integer, DateTime, Binary, Reference, Complex)
	known(a.Mutability, fault, ReadWrite, ReadOnly, Immutable, WriteOnly)
	known(a.Returned, fault, Always, Default, OnRequest, Never)
	known(a.Uniqueness, fault, None, Server, Global)
	switch {
	case a.Kind == Complex && path != "":
		fault("a sub-attribute cannot be complex")
	case a.Kind == Complex && len(a.Sub) == 0:
		fault("a complex attribute needs sub-attributes")
	case a.Kind != Complex && len(a.Sub) > 0:
		fault("one of kind %s has no sub-attributes", a.Kind)
	}
	if a.Mutability == WriteOnly && a.Returned != Never {
		fault("what is writeOnly is never returned")
	}
	if a.Kind != Reference && len(a.References) > 0 {
		fault("one of kind %s refers to nothing", a.Kind)
	}
}

// known adds a fault if a characteristic is none of the protocol's.
func known[T ~string](given T, fault func(string, ...any), all ...T) {
	if !slices.Contains(all, given) {
		fault("%q is none of %v", given, all)
	}
}
