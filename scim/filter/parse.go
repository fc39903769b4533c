package filter

import (
	"strings"
	"unicode/utf8"

	"github.com/muster-idm/muster/scim/schema"
)

// What a filter or a path may be at most. Within them parsing takes time in
// proportion to the length, and recursion ends at MaxDepth.
const (
	MaxLength = 8 << 10 // bytes of the text
	MaxDepth  = 32      // parentheses and brackets within each other
	MaxTerms  = 200     // comparisons
)

// Parse reads a filter over the resources of a type (RFC 7644, section
// 3.4.2.2). Keywords, operators, attribute names and URNs are taken in any
// case. The error is an *Error.
//
// Beyond the RFC it takes what clients send: attr[...].sub op value, which wants
// one item to match it all; quoted booleans and numbers; values without quotes
// where a string is compared; a dateTime without a zone, which is UTC; and the
// spellings of URNs that Locate of the type knows. A bare complex attribute
// means its sub-attribute "value". Comparing with null asks whether the
// attribute is present. Attributes that nobody may read, such as password, are
// in no filter.
func Parse(text string, t *schema.Type) (Expression, error) {
	p := &parser{text: text, kind: InvalidFilter, of: t}
	if err := p.check(); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(p.text) {
		return nil, p.fault(p.at, "and, or, or the end")
	}
	return e, nil
}

type parser struct {
	text  string
	kind  string // of the errors
	at    int
	of    *schema.Type
	item  *schema.Attribute // the attribute whose brackets we are in; nil outside
	depth int
	terms int
}

// check refuses what is no text, or too long a one.
func (p *parser) check() error {
	if len(p.text) > MaxLength {
		end := MaxLength
		for end > 0 && !utf8.RuneStart(p.text[end]) {
			end--
		}
		return p.fault(end, "no more than %d bytes, so the end", MaxLength)
	}
	for i, r := range p.text {
		if r == utf8.RuneError {
			if _, width := utf8.DecodeRuneInString(p.text[i:]); width == 1 {
				return p.fault(i, "a character in UTF-8")
			}
		}
		if r < ' ' && r != '\t' {
			return p.fault(i, "no control character")
		}
	}
	return nil
}

func (p *parser) or() (Expression, error) {
	first, err := p.and()
	if err != nil || !p.word("or") {
		return first, err
	}
	e := &Or{Of: alternatives(nil, first)}
	for more := true; more; more = p.word("or") {
		next, err := p.and()
		if err != nil {
			return nil, err
		}
		e.Of = alternatives(e.Of, next)
	}
	return e, nil
}

func (p *parser) and() (Expression, error) {
	first, err := p.factor()
	if err != nil || !p.word("and") {
		return first, err
	}
	e := &And{Of: conditions(nil, first)}
	for more := true; more; more = p.word("and") {
		next, err := p.factor()
		if err != nil {
			return nil, err
		}
		e.Of = conditions(e.Of, next)
	}
	return e, nil
}

// alternatives appends e, taking an Or apart.
func alternatives(to []Expression, e Expression) []Expression {
	if or, ok := e.(*Or); ok {
		return append(to, or.Of...)
	}
	return append(to, e)
}

// conditions appends e, taking an And apart.
func conditions(to []Expression, e Expression) []Expression {
	if and, ok := e.(*And); ok {
		return append(to, and.Of...)
	}
	return append(to, e)
}

// factor reads a term, or a filter in parentheses with or without not.
func (p *parser) factor() (Expression, error) {
	if p.word("not") {
		if p.space(); !p.next('(') {
			return nil, p.fault(p.at, "( after not")
		}
		e, err := p.enclosed(')')
		return &Not{Of: e}, err
	}
	if p.space(); p.next('(') {
		return p.enclosed(')')
	}
	return p.term()
}

// enclosed reads a filter up to the bracket that closes it.
func (p *parser) enclosed(closing byte) (Expression, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fault(p.at-1, "at most %d brackets within each other", MaxDepth)
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	p.depth--
	if p.space(); !p.next(closing) {
		return nil, p.fault(p.at, "and, or, or %c", closing)
	}
	return e, nil
}

// term reads attr op value, attr[...] or attr[...].sub op value.
func (p *parser) term() (Expression, error) {
	start := p.at
	if p.terms++; p.terms > MaxTerms {
		return nil, p.fault(start, "at most %d comparisons", MaxTerms)
	}
	place, err := p.place()
	if err != nil {
		return nil, err
	}
	if place == (schema.Place{}) {
		return nil, p.fault(start, "an attribute, not only its schema,")
	}
	if !p.next('[') {
		return p.comparison(place, start)
	}
	of, err := p.brackets(place, start)
	if err != nil || !p.next('.') {
		return &Any{Place: place, Of: of}, err
	}
	at := p.at
	sub, err := p.sub(place.Attribute)
	if err != nil {
		return nil, err
	}
	last, err := p.comparison(schema.Place{Attribute: sub}, at)
	return &Any{Place: place, Of: &And{Of: conditions(conditions(nil, of), last)}}, err
}

// brackets reads the filter on the items of an attribute, behind the [.
func (p *parser) brackets(place schema.Place, start int) (Expression, error) {
	if p.item != nil || place.Attribute == nil || place.Sub != nil || unreadable(place) {
		return nil, p.fault(start, "an attribute with items to compare, which %s has not,", place)
	}
	p.item = place.Attribute
	defer func() { p.item = nil }()
	return p.enclosed(']')
}

// space skips spaces.
func (p *parser) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// next skips a byte if it is the wanted one.
func (p *parser) next(want byte) bool {
	if p.at < len(p.text) && p.text[p.at] == want {
		p.at++
		return true
	}
	return false
}

// run returns what stands up to the next space, quote, parenthesis or bracket.
func (p *parser) run() string {
	rest := p.text[p.at:]
	if end := strings.IndexAny(rest, " \t\"()[]"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// word skips spaces and then a keyword, in any case, if it is the wanted one.
func (p *parser) word(want string) bool {
	p.space()
	if !strings.EqualFold(p.run(), want) {
		return false
	}
	p.at += len(want)
	return true
}
