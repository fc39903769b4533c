package sheet

import (
	"strings"
	"time"

	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

// holding watches what the first rows of a sheet would convert to.
type holding struct {
	list     []mapping.Column
	settings pull.Settings
	types    []mapping.Type // "" before the first value
	rows     int
}

// watched is how many rows are looked at.
const watched = 200

func newHolding(list []mapping.Column, s pull.Settings) *holding {
	return &holding{list: list, settings: s, types: make([]mapping.Type, len(list))}
}

func (h *holding) look(values []any) {
	if h.rows++; h.rows > watched {
		return
	}
	for i := range min(len(values), len(h.types)) {
		if empty(values[i]) || h.types[i] == mapping.Text {
			continue
		}
		h.types[i] = wider(h.types[i], h.typeOf(values[i]))
	}
}

// wider is the type that holds values of both.
func wider(a, b mapping.Type) mapping.Type {
	switch {
	case a == "" || a == b:
		return b
	case b == "":
		return a
	case a == mapping.Integer && b == mapping.Number, a == mapping.Number && b == mapping.Integer:
		return mapping.Number
	default:
		return mapping.Text
	}
}

func (h *holding) typeOf(value any) mapping.Type {
	switch v := value.(type) {
	case pull.Unreadable:
		return ""
	case int64:
		return mapping.Integer
	case float64:
		return mapping.Number
	case bool:
		return mapping.Boolean
	case time.Time:
		return mapping.Time
	case string:
		text := strings.TrimSpace(v)
		if len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' || strings.HasPrefix(text, "+") {
			return mapping.Text // a code or a telephone number
		}
		for _, t := range []mapping.Type{mapping.Integer, mapping.Number, mapping.Time} {
			if pull.Fits(text, t, h.settings) {
				return t
			}
		}
	}
	return mapping.Text
}

func (h *holding) fields() []pull.Field {
	list := make([]pull.Field, len(h.list))
	for i, c := range h.list {
		list[i] = pull.Field{Column: c, Holds: h.types[i]}
	}
	return list
}
