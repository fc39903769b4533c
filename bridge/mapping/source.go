package mapping

import (
	"strconv"
	"strings"
)

// source gives a rule its values: a column, an expression or a text with braces.
type source interface {
	give(r *run, a *Attribute) error
	creates() bool
}

var (
	_ source = columnCopy(0)
	_ source = (*expression)(nil)
	_ source = (*bracesText)(nil)
)

// columnCopy copies a column as it is; it never goes through CEL.
type columnCopy int

func (columnCopy) creates() bool { return false }

func (i columnCopy) give(r *run, a *Attribute) error {
	value, problem := r.raw(int(i))
	if problem != "" {
		return &valueError{message: problem}
	}
	a.Values = r.rawTexts(value)
	return nil
}

func (x *expression) give(r *run, a *Attribute) error {
	v, err := x.eval(r)
	if err != nil {
		return err
	}
	out, special := v.(*outcome)
	switch {
	case !special && x.kind == kindTexts:
		a.Values = r.texts(v)
	case !special: // NULL where an outcome was expected
	case x.kind == kindCandidates && out.numbered:
		a.Candidates = a.Rule.numbered(out)
	case x.kind == kindCandidates:
		a.Candidates = append([]string(nil), out.texts...)
	case x.kind == kindReferences:
		a.References = append([]string(nil), out.texts...)
	case x.kind == kindGenerate:
		generate := *out.generate
		a.Generate = &generate
	}
	return nil
}

// numbered counts the base of unique_number: base, base2 .. base99. The base
// gives way to the number where the result would be too long.
func (rule *Rule) numbered(out *outcome) []string {
	limit := out.limit
	if rule.Cut && (limit == 0 || rule.Max < limit) {
		limit = rule.Max
	}
	candidates := make([]string, 0, 99*len(out.texts))
	for _, base := range out.texts {
		base = strings.TrimSpace(base)
		if base == "" {
			continue
		}
		candidates = append(candidates, fit(base, "", limit))
		for n := 2; n <= 99; n++ {
			candidates = append(candidates, fit(base, strconv.Itoa(n), limit))
		}
	}
	return candidates
}

// fit cuts the base so that base and suffix have at most limit characters.
func fit(base, suffix string, limit int) string {
	if limit > 0 {
		base = leftOf(base, max(limit-len(suffix), 1))
	}
	return base + suffix
}
