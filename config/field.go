package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Field is a name used in rules and the source column that it means.
type Field struct {
	Name      string `json:"name"`
	Column    string `json:"column"`              // "" = the source has none that fits
	Automatic bool   `json:"automatic,omitempty"` // found by its name or a synonym; the job does not say
}

// bindFields finds the column of every field: what the job says, else the
// column of the same name, else one of a synonymous name.
func (m *merger) bindFields() {
	for _, field := range m.template.Fields {
		if column, said := m.job.Fields[field.Name]; said {
			m.fields = append(m.fields, Field{Name: field.Name, Column: column})
			continue
		}
		m.fields = append(m.fields, Field{Name: field.Name, Column: m.automatic(field), Automatic: true})
	}
	for _, name := range slices.Sorted(maps.Keys(m.job.Fields)) {
		if !slices.ContainsFunc(m.template.Fields, func(f bridge.Field) bool { return f.Name == name }) {
			m.fields = append(m.fields, Field{Name: name, Column: m.job.Fields[name]})
		}
	}
}

// automatic is the column of a field that the job does not name: of a pushed
// resource the one that the standard has for it.
func (m *merger) automatic(field bridge.Field) string {
	if m.pushed {
		if column := pushedField(m.template.Type, field.Name); column != "" && m.hasColumn(column) {
			return column
		}
	}
	return columnFor(field, m.columns)
}

// columnFor returns the column that means a field, "" when there is none or
// when several columns claim the same name.
func columnFor(field bridge.Field, columns *mapping.Columns) string {
	if _, exact := columns.Index(field.Name); exact {
		return field.Name
	}
	for _, name := range append([]string{field.Name}, field.Synonyms...) {
		if found := columnsLike(name, columns); len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

// columnsLike returns the columns whose folded name is that of name.
func columnsLike(name string, columns *mapping.Columns) []string {
	var found []string
	for _, column := range columns.List() {
		if fold(column.Name) == fold(name) {
			found = append(found, column.Name)
		}
	}
	return found
}

// fold ignores case, blanks and the signs between words.
func fold(name string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// column returns the column that a field means, "" when there is none.
func (m *merger) column(field string) string {
	for _, f := range m.fields {
		if f.Name == field {
			return f.Column
		}
	}
	return ""
}

// checkColumns holds every column that the job names against the source.
func (m *merger) checkColumns() {
	named := map[string]string{".key": m.job.Key}
	for field, column := range m.job.Fields {
		named[child(".fields", field)] = column
	}
	for column := range m.job.Types {
		named[child(".types", column)] = column
	}
	for path, column := range named {
		if _, ok := m.columns.Index(column); !ok {
			missing := mapping.Column{Name: column, Type: mapping.Text}
			if !slices.Contains(m.absent, missing) {
				m.absent = append(m.absent, missing)
			}
			m.fault(path, fmt.Sprintf("%s has no column %q", m.who(), column), didYouMean(column, columnNames(m.columns)))
		}
	}
}

// who has the columns, for people.
func (m *merger) who() string {
	if m.pushed {
		return "a pushed " + string(m.template.Type)
	}
	return "the source"
}

func columnNames(columns *mapping.Columns) []string {
	names := make([]string, len(columns.List()))
	for i, column := range columns.List() {
		names[i] = column.Name
	}
	return names
}

// fieldHint says how to name the column of a field, and which look like it.
func (m *merger) fieldHint(field string) string {
	hint := fmt.Sprintf("name its column: fields: {%s: COLUMN}", field)
	i := slices.IndexFunc(m.template.Fields, func(f bridge.Field) bool { return f.Name == field })
	if i < 0 {
		return hint
	}
	if alike := m.alike(m.template.Fields[i]); len(alike) > 0 {
		return hint + "; these columns look like it: " + strings.Join(alike, ", ")
	}
	return hint + "; " + m.who() + " has " + strings.Join(columnNames(m.columns), ", ")
}

// alike returns columns whose name resembles the field or a synonym of it.
func (m *merger) alike(field bridge.Field) []string {
	var found []string
	for _, column := range m.columns.List() {
		for _, name := range append([]string{field.Name}, field.Synonyms...) {
			a, b := fold(column.Name), fold(name)
			near := len(b) >= 3 && (strings.Contains(a, b) || distance(a, b) <= len(b)/4)
			if (a == b || near) && !slices.Contains(found, column.Name) {
				found = append(found, column.Name)
			}
		}
	}
	return found
}
