package database

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// statement returns the query to run and what to call it.
func (s *Source) statement(ctx context.Context, tx *sql.Tx, sel pull.Selection) (query, place string, err error) {
	place = s.dialect.place(s.settings)
	if sel.Query != "" {
		if sel.Table != "" {
			return "", "", bridge.Errorf(bridge.Invalid, "%s: both a query and the table %q are given; keep one", s.settings.Label(), pull.Cut(sel.Table))
		}
		return sel.Query, place + ", query", s.onlyReads(sel.Query)
	}
	table, err := s.table(ctx, tx, sel.Table)
	return "SELECT * FROM " + s.dialect.quote(table), place + ", table " + table, err
}

// onlyReads refuses what is plainly no query, with a better sentence than the
// database has; that nothing is written does not depend on it.
func (s *Source) onlyReads(query string) error {
	word := strings.ToUpper(firstWord(query))
	if slices.Contains([]string{"SELECT", "WITH", "VALUES"}, word) {
		return nil
	}
	return bridge.Errorf(bridge.Invalid, "%s: the query begins with %q; a source is only read, so give a SELECT", s.settings.Label(), pull.Cut(word))
}

// firstWord skips blanks, comments and opening brackets.
func firstWord(query string) string {
	for {
		query = strings.TrimLeft(query, " \t\r\n(")
		switch {
		case strings.HasPrefix(query, "--"):
			_, query, _ = strings.Cut(query, "\n")
		case strings.HasPrefix(query, "/*"):
			_, query, _ = strings.Cut(query, "*/")
		default:
			end := strings.IndexFunc(query, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') })
			if end < 0 {
				end = len(query)
			}
			return query[:end]
		}
	}
}

// table finds the table or view, or the only one.
func (s *Source) table(ctx context.Context, tx *sql.Tx, name string) (string, error) {
	list, err := s.dialect.datasets(ctx, tx)
	if err != nil {
		return "", s.explained(ctx, err)
	}
	if name == "" && len(list) == 1 {
		return list[0].Name, nil
	}
	names := make([]string, len(list))
	for i, d := range list {
		if names[i] = d.Name; strings.EqualFold(d.Name, name) {
			return d.Name, nil // databases do not tell the cases apart either
		}
	}
	what := "there is no table " + pull.Cut(name)
	if name == "" {
		what = "no table is given"
	}
	if len(names) == 0 {
		return "", bridge.Errorf(bridge.NotFound, "%s: %s; the database has no tables at all", s.settings.Label(), what)
	}
	return "", bridge.Errorf(bridge.NotFound, "%s: %s; the tables and views are %s", s.settings.Label(), what, strings.Join(names, ", "))
}
