package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
)

//go:embed demo.yaml.tmpl
var configTemplate string

// Connection is the name of the demonstration's connection.
const Connection = "okta"

// Setup says where the demonstration's directory, sources and store are.
type Setup struct {
	URL          string // of the directory: "ldaps://127.0.0.1:54321"
	CAFile       string // PEM of the authority that signed its certificate
	Base         string // DN of the domain
	Bind         string // account of Muster
	PasswordFile string // holds its password
	StaffOU      string // DN of the container of the employees' containers
	PartnerOU    string // DN of the container of the partners
	CloudOU      string // DN of the container of the users that are pushed
	GroupsOU     string // DN of the container of the groups that are pushed
	Database     string // path given to WriteDatabase
	Sheet        string // path given to WriteSheet
	Store        string // path of Muster's store
	Listen       string // where "muster serve" listens: "127.0.0.1:54322"
}

// Config returns the configuration of the demonstration with its two jobs,
// staff and partners, and its connection, okta, commented so that it reads as a
// first lesson.
func Config(s Setup) ([]byte, error) {
	t, err := template.New("demo.yaml").Funcs(template.FuncMap{"quote": quoteYAML, "expression": quoteExpression}).Parse(configTemplate)
	if err != nil {
		return nil, fmt.Errorf("the template of the configuration: %w", err)
	}
	var b strings.Builder
	err = t.Execute(&b, struct {
		Setup
		SheetName string
	}{s, SheetName})
	return []byte(b.String()), err
}

// quoteYAML writes a text as a double-quoted YAML scalar, of which JSON's is a subset.
func quoteYAML(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// quoteExpression writes a text as a literal of the mapping language.
func quoteExpression(s string) (string, error) { return quoteYAML(s) }
