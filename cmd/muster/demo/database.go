package demo

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"net/url"

	"modernc.org/sqlite"
)

//go:embed database.sql
var databaseSQL string

// WriteDatabase writes the employees of a day into a SQLite database, in one
// transaction: whoever reads it sees one day or the other. The file is made if
// there is none; tables of the same names are replaced.
func WriteDatabase(ctx context.Context, path string, day Day) error {
	return WriteEmployees(ctx, path, People(day))
}

// WriteEmployees does the same with the employees among the people given.
func WriteEmployees(ctx context.Context, path string, people []Person) error {
	connector, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)")
	if err != nil {
		return fmt.Errorf("the sample database %s: %w", path, err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	if err := fill(ctx, db, people); err != nil {
		return fmt.Errorf("the sample database %s: %w", path, err)
	}
	return db.Close()
}

func fill(ctx context.Context, db *sql.DB, people []Person) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, databaseSQL); err != nil {
		return err
	}
	for _, d := range Departments() {
		if _, err := tx.ExecContext(ctx, `INSERT INTO department (code, name) VALUES (?, ?)`, d.Code, d.Name); err != nil {
			return err
		}
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO person (id, given, family, department, title, location, country, phone, began, ended, manager)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for n, p := range people {
		if !p.Employee {
			continue
		}
		s := p.Spelled
		if _, err := insert.ExecContext(ctx, p.Key, empty(s.Given, n), s.Family, p.Department, s.Title, p.Location, p.Country,
			empty(s.Phone, n), s.Began, empty(s.Ended, n), empty(p.Manager, n)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// empty gives nothing in both of its forms: NULL in every other row, else a
// text without characters.
func empty(text string, row int) any {
	if text == "" && row%2 == 0 {
		return nil
	}
	return text
}
