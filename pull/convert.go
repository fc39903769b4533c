package pull

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// isoForms are the ways of writing a date that mean one day only. Those
// without a zone are in the zone of the source.
var isoForms = [...]string{
	time.DateOnly, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", time.RFC3339,
}

// converter knows how the texts of a source are written.
type converter struct {
	zone    *time.Location
	decimal string
	layouts []string
}

func newConverter(s Settings) (converter, error) {
	c := converter{zone: s.Location(), decimal: s.Decimal, layouts: isoForms[:]}
	if c.decimal == "" {
		c.decimal = "."
	}
	if c.decimal != "." && c.decimal != "," {
		return c, bridge.Errorf(bridge.Invalid, "%s: the decimal sign is %q; it may be \".\" or \",\"", s.Label(), Cut(s.Decimal))
	}
	if s.DateForm == "" {
		return c, nil
	}
	layout, ok := layoutOf(s.DateForm)
	if !ok {
		return c, bridge.Errorf(bridge.Invalid, "%s: the date form %q is not understood; use yyyy yy MM M dd d HH mm ss with . / - : and blanks, for example dd.MM.yyyy", s.Label(), Cut(s.DateForm))
	}
	c.layouts = append(slices.Clip(c.layouts), layout)
	return c, nil
}

// layoutOf translates a form such as dd.MM.yyyy into Go's own way.
func layoutOf(form string) (string, bool) {
	letters := strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "M", "1", "dd", "02", "d", "2", "HH", "15", "mm", "04", "ss", "05")
	layout := letters.Replace(form)
	rest := strings.Trim(layout, "0123456789./-: T")
	return layout, form != "" && rest == "" && strings.Trim(form, "yMdHms./-: T") == ""
}

// convert returns the value as the type wants it, or what is wrong with it.
func (c converter) convert(to mapping.Type, value any) (any, string) {
	if text, ok := value.(string); ok && to != mapping.Text && strings.TrimSpace(text) == "" {
		return nil, ""
	}
	switch to {
	case mapping.Text:
		return c.text(value)
	case mapping.Integer:
		return c.integer(value)
	case mapping.Number:
		return c.number(value)
	case mapping.Boolean:
		return c.boolean(value)
	case mapping.Time:
		return c.time(value)
	case mapping.Texts:
		if list, ok := value.([]string); ok {
			return list, ""
		}
	}
	return nil, "the value is not a list of texts"
}

func (c converter) text(value any) (any, string) {
	text, ok := written(value)
	if !ok {
		return nil, "the value cannot be written as text"
	}
	text, ok = Valid(text)
	if !ok {
		return text, "the text is not valid UTF-8"
	}
	return text, ""
}

func (c converter) integer(value any) (any, string) {
	switch v := value.(type) {
	case int64:
		return value, "" // as it is, which costs nothing
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), ""
		}
	case string:
		if n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64); err == nil {
			return n, ""
		}
	case []byte:
		return c.integer(string(v))
	}
	return nil, "the value is not a whole number"
}

func (c converter) number(value any) (any, string) {
	switch v := value.(type) {
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return value, ""
		}
	case int64:
		return float64(v), ""
	case string:
		if n, ok := c.parseNumber(strings.TrimSpace(v)); ok {
			return n, ""
		}
	case []byte:
		return c.number(string(v))
	}
	return nil, "the value is not a number with the decimal sign \"" + c.decimal + "\""
}

func (c converter) parseNumber(text string) (float64, bool) {
	if strings.Trim(text, "+-0123456789eE"+c.decimal) != "" {
		return 0, false // signs that group digits, NaN, Inf, hexadecimal
	}
	n, err := strconv.ParseFloat(strings.Replace(text, c.decimal, ".", 1), 64)
	return n, err == nil
}

func (c converter) boolean(value any) (any, string) {
	switch v := value.(type) {
	case bool:
		return value, ""
	case int64:
		if v == 0 || v == 1 {
			return v == 1, ""
		}
	case float64:
		if v == 0 || v == 1 {
			return v == 1, ""
		}
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true", "yes", "y", "t", "1", "on":
			return true, ""
		case "false", "no", "n", "f", "0", "off":
			return false, ""
		}
	case []byte:
		return c.boolean(string(v))
	}
	return nil, "the value is neither true nor false"
}

func (c converter) time(value any) (any, string) {
	switch v := value.(type) {
	case time.Time:
		return value, ""
	case string:
		text := strings.TrimSpace(v)
		for _, layout := range c.layouts {
			if t, err := time.ParseInLocation(layout, text, c.zone); err == nil {
				return t, ""
			}
		}
	case []byte:
		return c.time(string(v))
	case int64, float64:
		return nil, "the value is a number, not a date"
	}
	return nil, "the value is not a date as in 2026-03-01"
}

// Fits says whether a text converts to the type as the settings have it.
func Fits(text string, to mapping.Type, s Settings) bool {
	c, err := newConverter(s)
	if err != nil {
		return false
	}
	_, problem := c.convert(to, text)
	return problem == ""
}
