package ldap

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/muster-idm/muster/bridge"
)

// rules are a directory's rules: its schema, and what its dialect adds.
type rules struct {
	schema  *Schema
	dialect Dialect
	naming  map[bridge.ObjectType]Naming
	allowed map[bridge.ObjectType]map[string]bool // attributes by name in lower case; nil when the schema does not say
}

var _ bridge.Rules = (*rules)(nil)

// DN returns the name of an entry of the type in a container.
func (r *rules) DN(t bridge.ObjectType, name, container string) string {
	return JoinDN(r.naming[t].RDN, name, container)
}

// CanonicalDN returns the form in which DNs are compared.
func (r *rules) CanonicalDN(dn string) string { return CanonicalDN(dn) }

// Within says whether a DN is the container itself or lies below it.
func (r *rules) Within(dn, container string) bool { return Within(dn, container) }

// Fold returns the form in which two values of a unique attribute clash.
func (r *rules) Fold(attribute, value string) string { return r.dialect.Fold(attribute, value) }

// Canonical returns the form in which values are compared.
func (r *rules) Canonical(attribute string, values bridge.Values) bridge.Values {
	if len(values) == 0 {
		return nil
	}
	if own, decided := r.dialect.Canonical(attribute, values); decided {
		return own
	}
	a := r.schema.Attribute(attribute)
	if a == nil || (len(values) == 1 && a.Syntax != DNText) {
		return values // a change of case is a change
	}
	out := make(bridge.Values, len(values))
	for i, v := range values {
		switch a.Syntax {
		case DNText:
			out[i] = CanonicalDN(v)
		case Text, Phone:
			out[i] = FoldText(v)
		default:
			out[i] = v
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Check returns what the directory would refuse in the entry.
func (r *rules) Check(e bridge.Entry, create bool) []bridge.Finding {
	var out []bridge.Finding
	allowed := r.allowed[e.Type]
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		a := r.schema.Attribute(name)
		if a == nil {
			hint := "correct the name in the mapping"
			if near := r.schema.Nearest(name); near != "" {
				hint = "did you mean " + near + "?"
			}
			out = append(out, Fault("unknown-attribute", name, "the directory has no attribute "+name, hint))
			continue
		}
		needed, fits := allowed[foldASCII(a.Name)]
		switch values := e.Attributes[name]; {
		case needed && len(values) == 0:
			out = append(out, Fault("missing", name, fmt.Sprintf("an entry of type %s needs %s", e.Type, a.Name), "give "+name+" a rule that always has a value"))
		case allowed != nil && !fits && !a.ReadOnly:
			out = append(out, Fault("wrong-class", name, fmt.Sprintf("an entry of type %s has no %s", e.Type, a.Name), "leave it out of the mapping"))
		default:
			out = append(out, a.check(name, values)...)
		}
	}
	return append(out, r.dialect.Judge(e, create)...)
}

// Fault makes a finding that forbids to plan a record.
func Fault(code, attribute, message, hint string) bridge.Finding {
	return bridge.Finding{Severity: bridge.Fault, Code: code, Attribute: attribute, Message: message, Hint: hint}
}

func (a *Attribute) check(name string, values bridge.Values) []bridge.Finding {
	switch {
	case a.ReadOnly:
		return []bridge.Finding{Fault("read-only", name, name+" is written by the directory only", "leave it out of the mapping")}
	case a.Single && len(values) > 1:
		return []bridge.Finding{Fault("single-valued", name, fmt.Sprintf("%s takes one value, and there are %d", name, len(values)), "choose one with item(list, 1)")}
	}
	var out []bridge.Finding
	for _, v := range values {
		if message := a.refuses(v); message != "" {
			out = append(out, Fault("bad-value", name, name+" "+message, "correct the value in the source, or in the mapping"))
		}
	}
	return out
}

// refuses says why the attribute does not take the value, "" if it does.
func (a *Attribute) refuses(v string) string {
	if v == "" {
		return "has an empty value, which no directory takes"
	}
	if a.Syntax != Octets && !utf8.ValidString(v) {
		return "is not valid UTF-8"
	}
	switch a.Syntax {
	case Integer:
		return a.refuseNumber(v, 32)
	case LargeInteger:
		return a.refuseNumber(v, 64)
	case DNText:
		if _, err := ParseDN(v); err != nil && !strings.HasPrefix(v, "<GUID=") {
			return "is no distinguished name"
		}
		return ""
	case Boolean:
		if v != "TRUE" && v != "FALSE" {
			return "is neither TRUE nor FALSE"
		}
	case Time:
		if ParseTime(v).IsZero() {
			return "is no time of the form 20260131120000.0Z"
		}
	}
	return a.refuseLength(v)
}

func (a *Attribute) refuseNumber(v string, bits int) string {
	n, err := strconv.ParseInt(v, 10, bits)
	switch {
	case err != nil || strconv.FormatInt(n, 10) != v:
		return "is no whole number that the directory takes"
	case a.HasLower && n < int64(a.Lower) || a.HasUpper && n > int64(a.Upper):
		return "is a number outside what the directory takes"
	}
	return ""
}

// refuseLength counts characters, and bytes where the syntax has no characters.
func (a *Attribute) refuseLength(v string) string {
	length := utf8.RuneCountInString(v)
	if a.Syntax == Octets {
		length = len(v)
	}
	switch {
	case a.HasUpper && length > a.Upper:
		return fmt.Sprintf("has %d characters; the directory takes at most %d", length, a.Upper)
	case a.HasLower && length < a.Lower:
		return fmt.Sprintf("has %d characters; the directory wants at least %d", length, a.Lower)
	}
	return ""
}
